import Codecs
import DSP
import MediaControl
import Octets
import PacketDemux
import RTP
import RTPSession
import Rings
import Telemetry
import Timing

extension MediaPlane {
    /// A packet from the far end of a tick context goes into its playout. RT safe: the payload's length.
    @_noAllocation @_noLocks
    mutating func play(_ step: MediaStep) {
        let index = Int(contexts[step.from / 2].player)
        guard index >= 0, players[index].side == step.from & 1 else { return refuse(step.from, .noPeer) }
        let format: AudioFormat
        switch step.reception.kind {
        case .audio(let audio): format = audio
        case .event, .noise: return
        case .unknown: return refuse(step.from, .payloadType)
        }
        guard transcode(step, from: format, to: AudioFormat(players[index].law)) else {
            return refuse(step.from, .payloadType)
        }
        let payload = step.header.payload(of: step.packet)
        switch players[index].playout.receive(payload, timestamp: step.header.timestamp) {
        case .queued, .restarted: break
        case .late:
            terminations[step.from].counters.lateIn &+= 1
            refusals.count(.late)
        }
    }

    /// One block through a player: what the far end said is played to the application, what the application says goes
    /// into the packet under way. RT safe: some 400 steps.
    @_noAllocation @_noLocks
    mutating func runPlayer(_ slot: Int, into egress: inout EgressBatch, now: MonotonicInstant) {
        let player = Int(contexts[slot].player)
        let index = 2 * slot + players[player].side
        players[player].playout.take(into: block)
        terminations[index].counters.concealed &+= players[player].playout.takeConcealed()
        let outgoing = players[player].packet.slice(from: players[player].filled, count: 80)
        answer(player, application: index ^ 1, into: outgoing)
        players[player].timestamp &+= 80
        let full = Int(terminations[index].wanted.packetTime) / 10 * 80
        players[player].filled += 80
        guard players[player].filled >= min(max(full, 80), 480) else { return }
        sendPacket(player, index, into: &egress, now: now)
        players[player].filled = 0
    }

    /// Fills `outgoing` with the application's 10 ms; `block` holds the far end's.
    @_noAllocation @_noLocks
    private mutating func answer(_ player: Int, application: Int, into outgoing: OctetBuffer) {
        let law = players[player].law
        switch terminations[application].wanted.kind {
        case .echo:
            outgoing.copy(from: block)
        case .milliwatt:
            var samples = G711Tables.Block(repeating: 0)
            players[player].tone.fill(&samples, sine)
            tables.encode(&samples, by: law, into: outgoing)
        case .blocks:
            exchange(Int(terminations[application].wanted.lane), law, into: outgoing)
        case .none, .rtp, .silence:
            outgoing.fill(law.silence, from: 0, count: 80)
        }
    }

    /// A softphone's 10 ms: the far end's goes up its lane, what lies in the other lane, else silence, goes out.
    @_noAllocation @_noLocks
    private mutating func exchange(_ lane: Int, _ law: CompandingLaw, into outgoing: OctetBuffer) {
        var heard = AudioBlock()
        tables.decode(block, by: law, into: &heard.samples)
        if !lanes[lane].up.push(heard) { refusals.count(.queueFull) }
        guard var spoken = lanes[lane].down.pop() else {
            return outgoing.fill(law.silence, from: 0, count: 80)
        }
        tables.encode(&spoken.samples, by: law, into: outgoing)
    }

    /// Sends the player's packet, unless the direction or digits under way keep it back.
    @_noAllocation @_noLocks
    private mutating func sendPacket(
        _ player: Int, _ index: Int, into egress: inout EgressBatch, now: MonotonicInstant
    ) {
        let count = players[player].filled
        let type = terminations[index].wanted.sendPayload.payloadType
        let isClear = terminations[index].sends && !terminations[index].digitsOut.isActive && type <= 127
        guard isClear else {
            players[player].isTalking = false
            return
        }
        let stamp = players[player].timestamp &- UInt32(truncatingIfNeeded: count)
        let isSent = emit(
            index,
            OwnPacket(type: PayloadType(type), marker: !players[player].isTalking, timestamp: stamp, paces: true),
            payload: players[player].packet.prefix(count), into: &egress, now: now)
        players[player].isTalking = isSent
    }

    /// The digit packet that is due on a side. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func sendDigits(_ index: Int, into egress: inout EgressBatch, now: MonotonicInstant) {
        guard terminations[index].digitsOut.isActive else { return }
        let player = contexts[index / 2].player
        let stamp =
            player >= 0
            ? players[Int(player)].timestamp
            : terminations[index].outgoing.timestamp(at: now, clockRate: terminations[index].wanted.clockRate)
        guard let due = terminations[index].digitsOut.tick(timestamp: stamp) else { return }
        let type = terminations[index].wanted.sendEventType
        guard type <= 127, terminations[index].sends else { return }
        due.event.emit(into: block)
        _ = emit(
            index, OwnPacket(type: PayloadType(type), marker: due.isFirst, timestamp: due.timestamp, paces: false),
            payload: block.prefix(TelephoneEvent.octetCount), into: &egress, now: now)
    }

    /// Sends a packet of our own in a scratch frame. False: there is no destination or no room. RT safe: the
    /// payload's length.
    @_noAllocation @_noLocks
    private mutating func emit(
        _ index: Int, _ own: OwnPacket, payload: OctetBuffer, into egress: inout EgressBatch, now: MonotonicInstant
    ) -> Bool {
        let destination = flows.rtpDestination(of: terminations[index].flow)
        guard !destination.isUnspecified, egress.room > 0, let frame = egress.takeFrame() else { return false }
        var header = RTPHeader(
            marker: own.marker, payloadType: own.type,
            sequence: terminations[index].outgoing.take(
                timestamp: own.timestamp, paces: own.paces, now: now),
            timestamp: own.timestamp, ssrc: terminations[index].sender.ssrc)
        header.payloadCount = UInt32(truncatingIfNeeded: payload.count)
        header.emit(into: frame)
        frame.copy(from: payload, to: RTPHeader.fixedCount)
        let packet = frame.prefix(RTPHeader.fixedCount + payload.count)
        _ = egress.append(EgressDatagram(octets: packet, port: terminations[index].port, destination: destination))
        terminations[index].send(header, octets: packet.count, now: now)
        shard.packetsOut &+= 1
        shard.octetsOut &+= UInt64(packet.count)
        mark(index, due: grid.next)
        return true
    }
}

/// What a packet of our own says in its header.
private struct OwnPacket: Sendable {
    let type: PayloadType
    let marker: Bool
    let timestamp: UInt32
    /// The timestamp moves with time: audio, not an event's.
    let paces: Bool

    @_noAllocation @_noLocks
    init(type: PayloadType, marker: Bool, timestamp: UInt32, paces: Bool) {
        self.type = type
        self.marker = marker
        self.timestamp = timestamp
        self.paces = paces
    }
}

extension AudioFormat {
    /// RT safe.
    @_noAllocation @_noLocks
    init(_ law: CompandingLaw) {
        switch law {
        case .mu: self = .pcmu
        case .a: self = .pcma
        }
    }
}
