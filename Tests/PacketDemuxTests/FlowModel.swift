import Octets
import PacketDemux
import Telemetry
import Timing

/// The rules of the flow table written down a second time, by plain search over lists: the oracle of the
/// property tests. No index, no keys, no links.
final class FlowModel {
    struct Proof {
        var from: InetEndpoint
        var source: UInt32
        var next: UInt16
        var packets: Int
        var since: MonotonicInstant
        var last: MonotonicInstant
    }

    struct Flow {
        let id: FlowID
        var wanted: FlowExpectation
        var rtp: InetEndpoint
        var rtcp: InetEndpoint
        var isProven = false
        var rtpMoved = false
        var rtcpMoved = false
        var remote: UInt32 = 0
        var lastSequence: UInt16 = 0
        var lastRTP = MonotonicInstant.start
        var lastRTCP = MonotonicInstant.start
        var proof: Proof?
        /// The stream that nobody else may have, proven or announced.
        var stream: UInt32?
    }

    struct Freed {
        let pair: UInt16
        let address: InetAddress
        let port: UInt16
        let source: UInt32
        let owner: FlowID
        var lastSequence: UInt16
        var until: MonotonicInstant
    }

    var flows: [Flow] = []
    var freed: [Freed] = []

    func add(_ id: FlowID, _ wanted: FlowExpectation) -> Bool {
        if flows.contains(where: { $0.id.slot == id.slot }) { return false }
        if flows.contains(where: { $0.wanted.pair == wanted.pair && $0.wanted.localSource == wanted.localSource }) {
            return false
        }
        flows.append(Flow(id: id, wanted: wanted, rtp: wanted.rtp, rtcp: wanted.rtcp))
        settle(flows.count - 1)
        return true
    }

    func remove(_ id: FlowID, now: MonotonicInstant) {
        guard let place = flows.firstIndex(where: { $0.id == id }) else { return }
        let flow = flows.remove(at: place)
        guard flow.wanted.isDescribed else { return }
        func free(_ address: InetAddress, _ port: UInt16, _ source: UInt32) {
            freed.append(
                Freed(
                    pair: flow.wanted.pair, address: address, port: port, source: source, owner: flow.id,
                    lastSequence: flow.lastSequence, until: now + .seconds(5)))
        }
        if flow.isProven {
            free(flow.rtp.address, 0, flow.remote)
        } else {
            if !flow.rtp.isUnspecified { free(flow.rtp.address, flow.rtp.port, 0) }
            if flow.wanted.policy != .strict, !flow.wanted.signallingSource.isUnspecified {
                free(flow.wanted.signallingSource, 0, 0)
            }
        }
    }

    func modify(_ id: FlowID, _ wanted: FlowExpectation) {
        guard let place = flows.firstIndex(where: { $0.id == id }) else { return }
        let old = flows[place].wanted
        flows[place].wanted = wanted
        flows[place].proof = nil
        let announced = wanted.remoteSource
        if announced != 0, announced != old.remoteSource, announced != flows[place].remote {
            flows[place].isProven = false
        }
        let isHold = wanted.rtp.isUnspecified && flows[place].isProven
        let isThere = !wanted.rtp.isUnspecified && wanted.rtp == flows[place].rtp
        if wanted.rtp != old.rtp, !isHold, !isThere {
            flows[place].rtp = wanted.rtp
            flows[place].rtpMoved = false
            flows[place].isProven = false
        }
        if wanted.rtcp != old.rtcp, !wanted.rtcp.isUnspecified {
            flows[place].rtcp = wanted.rtcp
            flows[place].rtcpMoved = false
        }
        settle(place)
    }

    /// Decides whether the flow has a stream of its own now.
    func settle(_ place: Int) {
        flows[place].stream = nil
        let flow = flows[place]
        guard flow.wanted.isDescribed else { return }
        let source = flow.isProven ? flow.remote : flow.wanted.remoteSource
        guard flow.isProven || (source != 0 && !flow.rtp.isUnspecified) else { return }
        let isTaken = flows.contains {
            $0.stream == source && $0.rtp == flow.rtp && $0.wanted.pair == flow.wanted.pair
        }
        if !isTaken { flows[place].stream = source }
    }

    func rests(
        _ pair: UInt16, _ address: InetAddress, _ port: UInt16, _ source: UInt32, against claimant: FlowID?,
        sequence: UInt16?, now: MonotonicInstant
    ) -> Bool {
        let match = freed.indices.reversed().first {
            let key = freed[$0]
            return key.pair == pair && key.address == address && key.port == port && key.source == source
                && key.until > now && key.owner != claimant
        }
        guard let match else { return false }
        if let sequence {
            let ahead = sequence &- freed[match].lastSequence
            if ahead > 0, ahead < 3_000 {
                freed[match].lastSequence = sequence
                freed[match].until = max(freed[match].until, now + .seconds(1))
            }
        }
        return true
    }
}
