import MediaControl
import Octets
import PacketDemux
import RTP
import RTPSession
import Rings
import Telemetry
import Timing

extension MediaPlane {
    /// Octets of IPv4 and UDP headers, counted into RTCP's share of bandwidth. RFC 3550 §6.2.
    private static var lowerLayers: Int { @_noAllocation @_noLocks get { 28 } }

    /// Takes one RTCP datagram of the termination's far end. RT safe: at most `RTCPWalker.partLimit` packets of at
    /// most 31 blocks.
    @_noAllocation @_noLocks
    mutating func receiveReports(_ index: Int, _ datagram: OctetBuffer, now: MonotonicInstant) {
        guard case .none = RTCPWalker.problem(in: datagram) else { return refuse(index, .notRTCP) }
        terminations[index].schedule.note(octets: datagram.count + Self.lowerLayers)
        var walker = RTCPWalker(datagram)
        while let part = walker.next() {
            guard let kind = part.kind else { continue }
            switch kind {
            case .senderReport: takeSenderReport(index, part, datagram, now: now)
            case .receiverReport: takeBlocks(index, part, datagram, now: now)
            case .bye: takeBye(index, part, datagram, now: now)
            case .sourceDescription, .application, .transportFeedback, .payloadFeedback, .extendedReport: break
            }
        }
    }

    @_noAllocation @_noLocks
    private mutating func takeSenderReport(
        _ index: Int, _ part: RTCPPart, _ datagram: OctetBuffer, now: MonotonicInstant
    ) {
        if let info = part.senderInfo(in: datagram), let sender = part.sender(in: datagram),
            terminations[index].hasSource, terminations[index].source.ssrc == sender
        {
            terminations[index].source.senderReport.receive(info, at: now)
        }
        takeBlocks(index, part, datagram, now: now)
    }

    @_noAllocation @_noLocks
    private mutating func takeBlocks(_ index: Int, _ part: RTCPPart, _ datagram: OctetBuffer, now: MonotonicInstant) {
        terminations[index].schedule.setMembers(2, now: now)
        guard let block = part.report(on: terminations[index].sender.ssrc, in: datagram) else { return }
        terminations[index].takeReport(block, arrival: clock.middle(at: now))
    }

    /// The far end's source leaves: one member fewer shares the interval. RFC 3550 §6.3.4.
    @_noAllocation @_noLocks
    private mutating func takeBye(_ index: Int, _ part: RTCPPart, _ datagram: OctetBuffer, now: MonotonicInstant) {
        guard terminations[index].hasSource, part.says(bye: terminations[index].source.ssrc, in: datagram) else {
            return
        }
        terminations[index].schedule.setMembers(1, now: now)
    }

    /// Sends the termination's report when its timer says so. RFC 3550 §6.3.6. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func reportIfDue(_ index: Int, into egress: inout EgressBatch, now: MonotonicInstant) {
        guard terminations[index].hasFlow, terminations[index].schedule.next <= now else { return }
        switch terminations[index].schedule.expire(now: now) {
        case .later: return
        case .send: sendReport(index, isLast: false, into: &egress, now: now)
        }
    }

    /// Sends SR or RR with what we receive, our name, and BYE when it is the last. §6.1, §6.4. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func sendReport(_ index: Int, isLast: Bool, into egress: inout EgressBatch, now: MonotonicInstant) {
        let destination = flows.rtcpDestination(of: terminations[index].flow)
        guard !destination.isUnspecified, egress.room > 0, let frame = egress.takeFrame() else { return }
        let count = writeReport(index, isLast: isLast, into: frame, now: now)
        terminations[index].schedule.note(octets: count + Self.lowerLayers)
        terminations[index].hasReported = true
        let datagram = EgressDatagram(
            octets: frame.prefix(count), port: terminations[index].reportPort, destination: destination)
        guard egress.append(datagram) else { return refusals.count(.queueFull) }
        shard.packetsOut &+= 1
        shard.octetsOut &+= UInt64(count)
    }

    /// - Returns: the datagram's octets.
    @_noAllocation @_noLocks
    private mutating func writeReport(_ index: Int, isLast: Bool, into frame: OctetBuffer, now: MonotonicInstant) -> Int
    {
        var writer = RTCPWriter(frame)
        let own = terminations[index].sender.ssrc
        let rate = terminations[index].wanted.clockRate
        if terminations[index].sender.isActive {
            writer.senderReport(own, terminations[index].sender.report(now: now, clock: clock, clockRate: rate))
        } else {
            writer.receiverReport(own)
        }
        terminations[index].sender.reported()
        if terminations[index].hasSource, terminations[index].source.isProven {
            writer.report(terminations[index].reportBlock(now: now))
        }
        writer.canonicalName(own, canonicalName)
        if isLast { writer.bye(own) }
        return writer.count
    }

    /// Says farewell to the far end, if it has heard of us. RFC 3550 §6.3.7. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func sayBye(_ index: Int, into egress: inout EgressBatch, now: MonotonicInstant) {
        guard terminations[index].hasFlow, terminations[index].hasReported || terminations[index].sender.packets > 0
        else { return }
        sendReport(index, isLast: true, into: &egress, now: now)
    }
}

extension Termination {
    /// What we report of the far end's source. RFC 3550 §6.4.1. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func reportBlock(now: MonotonicInstant) -> ReportBlock {
        ReportBlock(
            ssrc: source.ssrc, fractionLost: source.takeFractionLost(), cumulativeLost: source.cumulativeLost,
            highestSequence: source.highestSequence, jitter: source.jitter.value,
            lastSR: source.senderReport.lastSR, delaySinceLastSR: source.senderReport.delay(now: now))
    }
}
