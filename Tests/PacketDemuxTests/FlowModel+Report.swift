import Octets
import PacketDemux
import Telemetry
import Timing

extension FlowModel {
    struct Report {
        let pair: UInt16
        let channel: PortChannel
        let from: InetEndpoint
        let sender: UInt32
        let named: [UInt32]
        let now: MonotonicInstant
    }

    func rtcp(_ report: Report) -> Outcome {
        let onPair = flows.indices.filter { flows[$0].wanted.pair == report.pair && flows[$0].wanted.isDescribed }
        let here = onPair.filter { place in
            let flow = flows[place]
            if report.channel == .rtp { return flow.rtp == report.from && !flow.rtp.isUnspecified }
            return !flow.wanted.isMultiplexed && flow.rtcp == report.from && !flow.rtcp.isUnspecified
        }
        if here.isEmpty { return stray(report, onPair) }
        if let owner = owner(report, among: onPair.filter { atEndpoint($0, report) }) { return accept(owner, report) }
        guard here.count == 1 else { return .dropped(.unknownSSRC) }
        let only = here[0]
        if rests(
            report.pair, report.from.address, 0, report.sender, against: flows[only].id, sequence: nil, now: report.now)
        {
            return .dropped(.quarantined)
        }
        let sharing = flows.filter {
            $0.wanted.isDescribed && $0.rtp == flows[only].rtp && !$0.rtp.isUnspecified
        }.count
        if sharing > 1, flows[only].isProven { return .dropped(.unknownSSRC) }
        return accept(only, report)
    }

    private func atEndpoint(_ place: Int, _ report: Report) -> Bool {
        (report.channel == .rtp ? flows[place].rtp : flows[place].rtcp) == report.from
    }

    private func owner(_ report: Report, among candidates: [Int]) -> Int? {
        let senders = candidates.filter { flows[$0].isProven && flows[$0].remote == report.sender }
        if senders.count == 1 { return senders[0] }
        for name in report.named {
            if let owner = candidates.first(where: { flows[$0].wanted.localSource == name }) { return owner }
        }
        return nil
    }

    private func stray(_ report: Report, _ onPair: [Int]) -> Outcome {
        let address = report.from.address
        let plausible = onPair.filter { place in
            let flow = flows[place]
            switch flow.wanted.policy {
            case .strict: return false
            case .any: return !flow.isProven || flow.rtp.address == address
            case .proof:
                if flow.isProven { return flow.rtp.address == address }
                return flow.wanted.rtp.address == address || flow.wanted.signallingSource == address
            }
        }
        guard let place = owner(report, among: plausible), report.channel == .rtcp,
            !flows[place].wanted.isMultiplexed
        else { return .dropped(.unknownSource) }
        if flows[place].rtcpMoved, report.now - flows[place].lastRTCP < .milliseconds(200) {
            return .dropped(.unproven)
        }
        flows[place].rtcp = report.from
        flows[place].rtcpMoved = true
        return accept(place, report)
    }

    private func accept(_ place: Int, _ report: Report) -> Outcome {
        flows[place].lastRTCP = report.now
        let flow = flows[place]
        if !flow.isProven, flow.wanted.remoteSource == 0, !flow.rtp.isUnspecified, report.sender != 0,
            report.named.contains(flow.wanted.localSource)
        {
            flows[place].wanted.remoteSource = report.sender
            settle(place)
        }
        return .rtcp(flow.id.slot)
    }
}
