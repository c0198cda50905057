import MediaControl
import Octets
package import PacketDemux
import RTP
import RTPSession
import Rings
import Telemetry
package import Timing

extension MediaPlane {
    /// Takes a received batch: each datagram goes to its termination, and relayed ones into `egress` where they lie.
    ///
    /// The received batch stays untouched until `egress` is sent. RT safe: as many steps as datagrams, each bounded by
    /// its length and the flow table's bound.
    /// - Parameter egress: has room for as many datagrams as `batch` holds; what finds none is dropped and counted.
    @_noAllocation @_noLocks
    package mutating func ingress(
        _ batch: DatagramBatch, into egress: inout EgressBatch, now: MonotonicInstant
    ) {
        var index = 0
        while index < batch.count {
            take(batch[index], batch.octets(at: index), into: &egress, now: now)
            index += 1
        }
        tellFlows()
    }

    @_noAllocation @_noLocks
    private mutating func take(
        _ datagram: ReceivedDatagram, _ octets: OctetBuffer, into egress: inout EgressBatch, now: MonotonicInstant
    ) {
        shard.packetsIn &+= 1
        shard.octetsIn &+= UInt64(octets.count)
        switch flows.route(octets, to: datagram.port, from: datagram.source, now: datagram.arrival) {
        case .deliver(let flow, .rtp):
            receive(Int(flow.slot), octets, arrival: datagram.arrival, into: &egress, now: now)
        case .deliver(let flow, .rtcp):
            receiveReports(Int(flow.slot), octets, now: datagram.arrival)
        case .aside(let flow, _):
            handUp(Int(flow.slot), datagram, octets)
        case .dropped:
            break
        }
    }

    /// One RTP packet of the termination's far end. RT safe.
    @_noAllocation @_noLocks
    private mutating func receive(
        _ index: Int, _ packet: OctetBuffer, arrival: MonotonicInstant, into egress: inout EgressBatch,
        now: MonotonicInstant
    ) {
        guard case .none = RTPHeader.problem(in: packet) else { return refuse(index, .notRTP) }
        let header = RTPHeader(packet)
        guard header.ssrc.value != terminations[index].sender.ssrc.value else { return refuse(index, .unknownSSRC) }
        let reception = terminations[index].receive(header, octets: packet.count, arrival: arrival)
        switch reception.verdict {
        case .duplicate: return refusals.count(.duplicate)
        case .jump: return refuse(index, .outOfWindow)
        case .inOrder, .reordered, .probation, .restarted: break
        }
        if reception.isNewFeed { terminations[index ^ 1].outgoing.leave() }
        let isHeard = terminations[index].receives
        if case .event = reception.kind, isHeard { hear(index, header, packet, now: arrival) }
        let step = MediaStep(
            from: index, header: header, packet: packet, reception: reception, arrival: arrival, now: now)
        guard isHeard else { return withhold(step, .direction) }
        switch contexts[index / 2].path {
        case .closed: withhold(step, .noPeer)
        case .relay, .transcode: pass(step, into: &egress)
        case .tick: play(step)
        }
    }

    /// Tells what the flow table has noticed. RT safe: at most its queue's length.
    @_noAllocation @_noLocks
    private mutating func tellFlows() {
        while let event = flows.nextEvent() {
            let index = Int(event.flow.slot)
            guard flows.isCurrent(event.flow) else { continue }
            let (context, side) = place(of: index)
            var notice = MediaEvent(.started, context: context, side: side)
            switch (event.notice, event.channel) {
            case (.proven, _): break
            case (.rebound, .rtp): notice.notice = .rebound
            case (.rebound, .rtcp): continue
            case (.ambiguous, _): notice.notice = .ambiguous
            }
            notice.portIndex = terminations[index].wanted.portIndex
            notice.endpoint = event.endpoint
            notice.value = UInt64(event.source)
            switch event.notice {
            case .proven, .rebound: terminations[index].counters.source = event.endpoint
            case .ambiguous: break
            }
            terminations[index].isChanged = true
            port.tell(notice)
        }
    }

    /// A datagram that is not media goes up the bridge. RT safe, at most 1,536 steps.
    @_noAllocation @_noLocks
    private mutating func handUp(_ index: Int, _ datagram: ReceivedDatagram, _ octets: OctetBuffer) {
        guard octets.count <= SlowDatagram.capacity else { return refuse(index, .oversized) }
        let (context, side) = place(of: index)
        var slow = SlowDatagram()
        slow.context = context
        slow.side = side
        slow.portIndex = datagram.port.pair
        slow.isRTCPPort = datagram.port.channel == .rtcp ? 1 : 0
        slow.count = UInt16(truncatingIfNeeded: octets.count)
        slow.endpoint = datagram.source
        var offset = 0
        while offset < octets.count {
            slow.octets[offset] = octets.octet(at: offset)
            offset += 1
        }
        if !port.handUp(slow) { refusals.count(.queueFull) }
    }
}
