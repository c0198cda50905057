import Codecs
import MediaControl
import Octets
import PacketDemux
import RTP
import RTPSession
import Rings
import Telemetry
import Timing

extension MediaPlane {
    /// Relays one packet to the other side in the frame it lies in: payload type, source, sequence number and
    /// timestamp become ours, the marker stays, a header extension is taken off. RFC 3550 §5.1, §7.1.
    ///
    /// Audio of another law than the side is sent is converted first (`TranscodePath`). RT safe: the payload's length.
    @_noAllocation @_noLocks
    mutating func pass(_ step: MediaStep, into egress: inout EgressBatch) {
        let to = step.to
        guard terminations[to].isRTP else { return withhold(step, .noPeer) }
        guard terminations[to].sends else { return withhold(step, .direction) }
        guard !terminations[to].digitsOut.isActive else { return terminations[to].outgoing.leave() }
        let destination = flows.rtpDestination(of: terminations[to].flow)
        guard !destination.isUnspecified else { return withhold(step, .noPeer) }
        guard let type = outgoingType(step) else { return keepBack(step, .payloadType) }
        var outgoing = step
        guard renumber(&outgoing, type) else { return refuse(step.from, .late) }
        let gap = outgoing.header.stripExtension(in: outgoing.packet)
        if gap > 0 { outgoing.packet = outgoing.packet.suffix(from: gap) }
        outgoing.header.rewrite(in: outgoing.packet)
        let datagram = EgressDatagram(octets: outgoing.packet, port: terminations[to].port, destination: destination)
        guard egress.append(datagram) else { return refuse(step.from, .queueFull) }
        terminations[to].send(outgoing.header, octets: outgoing.packet.count, now: step.now)
        shard.packetsOut &+= 1
        shard.octetsOut &+= UInt64(outgoing.packet.count)
        mark(to, due: step.arrival)
    }

    /// The payload type that the other side knows this payload by, after converting it where the laws differ. Nil when
    /// it knows none.
    @_noAllocation @_noLocks
    private func outgoingType(_ step: MediaStep) -> PayloadType? {
        let type: UInt8
        switch step.reception.kind {
        case .audio(let format):
            let wanted = terminations[step.to].wanted.sendPayload
            guard transcode(step, from: format, to: wanted.format) else { return nil }
            type = wanted.payloadType
        case .event: type = terminations[step.to].wanted.sendEventType
        case .noise: type = terminations[step.to].wanted.sendNoiseType
        case .unknown: return nil
        }
        return type <= 127 ? PayloadType(type) : nil
    }

    /// Gives the packet its place in the outgoing stream. False: it lies before the stream's last change of feed.
    @_noAllocation @_noLocks
    private mutating func renumber(_ step: inout MediaStep, _ type: PayloadType) -> Bool {
        let to = step.to
        let rate = terminations[to].wanted.clockRate
        var isAudio = false
        switch step.reception.kind {
        case .audio, .noise: isAudio = true
        case .event, .unknown: break
        }
        let joins = !terminations[to].outgoing.isJoined
        if joins {
            terminations[to].outgoing.join(
                sequence: step.header.sequence, timestamp: step.header.timestamp, now: step.now, clockRate: rate)
        }
        let carried = terminations[to].outgoing.carry(
            sequence: step.header.sequence, timestamp: step.header.timestamp, paces: isAudio, now: step.now,
            clockRate: rate)
        guard let carried else { return false }
        step.header.sequence = carried.sequence
        step.header.timestamp = carried.timestamp
        step.header.payloadType = type
        step.header.ssrc = terminations[to].sender.ssrc
        if joins, isAudio { step.header.marker = true }
        return true
    }

    /// A packet that the direction, or a missing far end, keeps from passing: the stream joins anew when it may.
    @_noAllocation @_noLocks
    mutating func withhold(_ step: MediaStep, _ reason: DropReason) {
        terminations[step.to].outgoing.leave()
        refuse(step.from, reason)
    }

    /// A packet that the other side has no payload type for: the numbers close up behind it.
    @_noAllocation @_noLocks
    private mutating func keepBack(_ step: MediaStep, _ reason: DropReason) {
        refuse(step.from, reason)
        guard terminations[step.to].outgoing.isJoined else { return }
        switch step.reception.verdict {
        case .inOrder: terminations[step.to].outgoing.close()
        case .reordered, .duplicate, .probation, .jump, .restarted: break
        }
    }
}
