import Octets
import Rings
import Telemetry
import Timing

/// How far a packet brought its source.
enum ProofProgress: Sendable, BitwiseCopyable {
    case proven
    case underway
    /// Two candidates send at the same time.
    case rivals
}

extension SourceProof {
    /// Packets of one source in sequence that prove it.
    static var packetsNeeded: UInt8 { @_noAllocation @_noLocks get { 3 } }
    /// How long a stream must last where another call may own it: longer than a lost 200 or BYE takes to be
    /// sent again (T1, RFC 3261 section 17.1.1.1).
    static var contestedSpan: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(600) } }
    /// A candidate that is silent for this long makes way for another.
    static var patience: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(200) } }

    /// Counts a packet of a candidate. RT safe.
    ///
    /// A packet out of sequence starts the count again. Of two candidates at the same time neither gets on.
    @_noAllocation @_noLocks
    mutating func advance(_ step: StreamStep, lasting span: TimeSpan) -> ProofProgress {
        let isSame = packets > 0 && endpoint == step.from && source == step.source
        if !isSame || step.sequence != nextSequence {
            let isRival = packets > 0 && !isSame && step.now - last < Self.patience
            if isRival {
                packets = 1
                since = step.now
                return .rivals
            }
            endpoint = step.from
            source = step.source
            packets = 0
            if !isSame { since = step.now }
        }
        if packets < Self.packetsNeeded { packets &+= 1 }
        nextSequence = step.sequence &+ 1
        last = step.now
        return packets >= Self.packetsNeeded && step.now - since >= span ? .proven : .underway
    }
}

extension FlowTable {
    /// The packet's endpoint belongs to no flow: a bound stream that moved, or a far end behind a NAT.
    @_noAllocation @_noLocks
    mutating func routeUnknownSource(_ step: StreamStep) -> FlowVerdict {
        let moved = index.find(FlowKey(.remoteSource, pair: step.pair, source: step.source))
        if moved.count == 1, mayMove(FlowRole.slot(ofLink: moved.head), step) {
            return prove(FlowRole.slot(ofLink: moved.head), step, lasting: .zero)
        }
        var host = index.find(FlowKey(.host, pair: step.pair, address: step.from.address))
        if host.count == 0 { host = index.find(FlowKey(.host, pair: step.pair)) }
        if host.count == 0 { return drop(isResting(step, for: nil) ? .quarantined : .unknownSource) }
        let slot = FlowRole.slot(ofLink: host.head)
        if isResting(step, for: id(slot)) { return drop(.quarantined) }
        guard host.count == 1 else {
            tellAmbiguous(slot, step.from, step.source)
            return drop(.ambiguous)
        }
        return prove(slot, step, lasting: isHostContested(slot, step) ? SourceProof.contestedSpan : .zero)
    }

    /// Rebinding: the same source, its sequence inside the window, the old endpoint silent.
    @_noAllocation @_noLocks
    private func mayMove(_ slot: Int, _ step: StreamStep) -> Bool {
        let entry = entries[slot]
        let ahead = step.sequence &- entry.lastSequence
        return entry.isProven && entry.wanted.policy.mayProve && step.now - entry.lastRTP >= Self.silence
            && ahead > 0 && ahead < FlowQuarantine.sequenceWindow
    }

    /// Another call of this address was freed, or is being answered, on the same pair.
    @_noAllocation @_noLocks
    private func isHostContested(_ slot: Int, _ step: StreamStep) -> Bool {
        let freed = FlowKey(.freed, pair: step.pair, address: step.from.address)
        return quarantine.holds(freed, against: id(slot), sequence: nil, now: step.now, in: index)
            || index.find(FlowKey(.pending, pair: step.pair, address: step.from.address)).count > 0
    }

    /// Counts the packet towards the proof of its source, which takes the flow when the proof is complete.
    @_noAllocation @_noLocks
    mutating func prove(_ slot: Int, _ step: StreamStep, lasting span: TimeSpan) -> FlowVerdict {
        switch entries[slot].proof.advance(step, lasting: span) {
        case .proven:
            return entries[slot].rtp == step.from ? bind(slot, step) : move(slot, step)
        case .underway:
            return drop(.unproven)
        case .rivals:
            tellAmbiguous(slot, step.from, step.source)
            return drop(.ambiguous)
        }
    }

    /// Moves a flow's RTP to the packet's source and delivers. RT safe: at most 10 index changes.
    @_noAllocation @_noLocks
    private mutating func move(_ slot: Int, _ step: StreamStep) -> FlowVerdict {
        let wasProven = entries[slot].isProven
        unlink(slot)
        entries[slot].isProven = true
        entries[slot].isReported = false
        entries[slot].remoteSource = step.source
        entries[slot].rtp = step.from
        entries[slot].isRTPMoved = true
        entries[slot].proof = SourceProof()
        touch(slot, step)
        _ = link(slot, now: step.now)
        tell(wasProven ? .rebound : .proven, slot, .rtp, step.from, step.source)
        return .deliver(id(slot), .rtp)
    }
}
