import Foundation
import InetStack
import InetWire
import Octets
import PacketDemux

/// A set of ports, counters and room for frames, in memory of their own.
final class FrameBox {
    private let memory: [UnsafeMutableRawPointer]
    let ports: PortSet
    let counters: FrameCounters
    var identity: InterfaceIdentity

    init(host: UInt64 = 2, ports numbers: [UInt16] = [5_004, 5_006, 5_008, 5_010, 5_012]) {
        memory = [PortSet.byteCount, FrameCounters.byteCount].map { .allocate(byteCount: $0, alignment: 64) }
        ports = PortSet(at: memory[0])
        counters = FrameCounters(at: memory[1])
        identity = Self.identity(host)
        for number in numbers { ports.insert(number) }
    }

    deinit { for part in memory { part.deallocate() } }

    /// One of the two hosts that the fuzzer's frames were recorded between.
    static func identity(_ host: UInt64) -> InterfaceIdentity {
        var identity = InterfaceIdentity(link: MACAddress(bits: 0x0200_0000_0009 + host))
        identity.ipv4 = .ipv4(0xC000_0200 + UInt32(host))
        identity.ipv6 = InetAddress(high: 0x2001_0DB8 << 32, low: host)
        identity.ipv6LinkLocal = InetAddress(high: 0xFE80 << 48, low: 9 + host)
        return identity
    }

    func classify(_ octets: [UInt8], _ checksum: ChecksumState = .unverified) -> FrameFate {
        withMemory(octets) { window in
            let verdict = FrameDemux.classify(window, checksum: checksum, identity: identity, ports: ports)
            counters.count(verdict)
            return FrameFate(verdict, window)
        }
    }
}

/// A verdict as tests compare it.
enum FrameFate: Equatable {
    case realTime(port: UInt16, from: String, payload: [UInt8])
    case general
    case both
    case dropped(UInt8)

    init(_ verdict: FrameVerdict, _ frame: OctetBuffer) {
        switch verdict {
        case .realTime(let datagram):
            let payload = frame.slice(from: datagram.payloadOffset, count: datagram.payloadCount)
            self = .realTime(
                port: datagram.localPort, from: datagram.source.description,
                payload: (0..<payload.count).map { payload.octet(at: $0) })
        case .general: self = .general
        case .both: self = .both
        case .dropped(let reason): self = .dropped(reason.rawValue)
        }
    }

    static func dropped(_ reason: FrameDrop) -> FrameFate { .dropped(reason.rawValue) }

    var isRealTime: Bool {
        if case .realTime = self { return true }
        return false
    }
}

/// The fuzzer's frames, which the kernel sent over a pair of virtual Ethernet devices.
enum Frames {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fuzz/Corpus/inet-frame")

    /// The octets of one; empty if there is none of that name.
    static func frame(_ name: String) -> [UInt8] {
        (try? Data(contentsOf: folder.appending(path: name))).map { [UInt8]($0) } ?? []
    }

    static let names =
        ((try? FileManager.default.contentsOfDirectory(atPath: folder.path(percentEncoded: false))) ?? []).sorted()

    /// A frame with one number of two octets changed, and its IPv4 header checksum made to fit.
    static func frame(_ name: String, _ changes: [(Int, UInt16)], mend: Bool = true) -> [UInt8] {
        var octets = frame(name)
        for (offset, value) in changes {
            octets[offset] = UInt8(value >> 8)
            octets[offset + 1] = UInt8(value & 255)
        }
        guard mend, octets.count >= 34, octets[12] == 8, octets[13] == 0 else { return octets }
        (octets[24], octets[25]) = (0, 0)
        let sum = withMemory(octets) { window in
            var sum = InternetChecksum()
            sum.add(window.slice(from: 14, count: 20))
            return sum.value
        }
        (octets[24], octets[25]) = (UInt8(sum >> 8), UInt8(sum & 255))
        return octets
    }
}
