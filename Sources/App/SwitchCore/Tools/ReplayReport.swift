import PacketDemux
import PacketIO
import Timing

/// One packet as a line of JSON.
enum ReplayLine {
    static func json(_ number: Int, _ time: WallInstant, _ frame: SortedFrame) -> String {
        var line = JSONBuilder()
        line.add("number", number)
        line.add("time", number: Double(time.microseconds) / 1_000_000)
        line.add("octets", frame.octetCount)
        line.add("class", frame.className)
        line.add("destination", frame.destinationName)
        line.add("reason", frame.reason)
        line.add("source", frame.source.isEmpty ? nil : frame.source)
        line.add("target", frame.target.isEmpty ? nil : frame.target)
        return line.text
    }
}

/// Packets of a capture by where they went and why.
struct ReplaySummary {
    private struct Kind: Hashable {
        let destination: String
        let reason: String
        let className: String
    }

    private var counts: [Kind: (packets: Int, octets: Int)] = [:]

    mutating func add(_ frame: SortedFrame) {
        let kind = Kind(destination: frame.destinationName, reason: frame.reason, className: frame.className)
        counts[kind, default: (0, 0)].packets += 1
        counts[kind, default: (0, 0)].octets += frame.octetCount
    }

    /// A table: the fullest rows of each destination first, and a line with all.
    var text: String {
        let rows = counts.sorted { left, right in
            if left.key.destination != right.key.destination { return left.key.destination < right.key.destination }
            if left.value.packets != right.value.packets { return left.value.packets > right.value.packets }
            return (left.key.reason, left.key.className) < (right.key.reason, right.key.className)
        }
        let all = counts.values.reduce((0, 0)) { ($0.0 + $1.packets, $0.1 + $1.octets) }
        return TextTable.text(
            [["DESTINATION", "REASON", "CLASS", "PACKETS", "OCTETS"]]
                + rows.map { kind, sum in
                    [kind.destination, kind.reason, kind.className, "\(sum.packets)", "\(sum.octets)"]
                } + [["all", "", "", "\(all.0)", "\(all.1)"]])
    }
}

extension SortedFrame {
    /// What a datagram of the real-time side is; "none" for every other packet.
    var className: String {
        guard let datagramClass else { return "none" }
        switch datagramClass {
        case .stun: return "stun"
        case .zrtp: return "zrtp"
        case .dtls: return "dtls"
        case .turnChannel: return "turn_channel"
        case .rtp: return "rtp"
        case .rtcp: return "rtcp"
        case .truncated: return "truncated"
        case .unknown: return "unknown"
        }
    }

    var destinationName: String {
        switch verdict {
        case .realTime: "real_time"
        case .general: "general"
        case .both: "both"
        case .dropped: "dropped"
        }
    }
}
