import Octets
import Rings
import Telemetry
import Timing

/// What the flow table looks at of one RTP packet.
struct StreamStep: Sendable, BitwiseCopyable {
    let pair: UInt16
    let from: InetEndpoint
    let source: UInt32
    let sequence: UInt16
    let now: MonotonicInstant

    @_noAllocation @_noLocks
    @inline(__always)
    init(pair: UInt16, from: InetEndpoint, source: UInt32, sequence: UInt16, now: MonotonicInstant) {
        self.pair = pair
        self.from = from
        self.source = source
        self.sequence = sequence
        self.now = now
    }

    /// The key of the stream that the packet is of. RT safe.
    var stream: FlowKey {
        @_noAllocation @_noLocks @inline(__always) get { FlowKey(.stream, pair: pair, from, source: source) }
    }
}

extension FlowTable {
    /// How long the bound source must have been silent before another may take its place.
    static var silence: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(200) } }
    /// Flows that are looked at for one packet.
    package static var candidateLimit: Int { @_noAllocation @_noLocks get { 8 } }

    /// RT safe: one look-up for a bound stream.
    @_noAllocation @_noLocks
    mutating func routeRTP(_ step: StreamStep) -> FlowVerdict {
        let bound = index.find(step.stream)
        guard bound.count == 1 else { return routeNewStream(step) }
        let slot = FlowRole.slot(ofLink: bound.head)
        if entries[slot].isProven {
            touch(slot, step)
            return .deliver(id(slot), .rtp)
        }
        return bind(slot, step)
    }

    /// The stream is bound to no flow. Its endpoint may be one that a flow expects.
    @_noAllocation @_noLocks
    private mutating func routeNewStream(_ step: StreamStep) -> FlowVerdict {
        let endpoint = index.find(FlowKey(.rtpEndpoint, pair: step.pair, step.from))
        if endpoint.count == 0 { return routeUnknownSource(step) }
        if endpoint.count == 1 { return take(FlowRole.slot(ofLink: endpoint.head), step) }
        let unproven = index.find(FlowKey(.unproven, pair: step.pair, step.from))
        if unproven.count == 0 { return drop(isResting(step, for: nil) ? .quarantined : .unknownSSRC) }
        let slot = FlowRole.slot(ofLink: unproven.head)
        if unproven.count == 1 { return take(slot, step) }
        if isResting(step, for: nil) { return drop(.quarantined) }
        tellAmbiguous(slot, step.from, step.source)
        return drop(.ambiguous)
    }

    /// The packet comes from the endpoint of `slot`, and no other flow may claim it.
    ///
    /// Normally the first packet binds its stream. Where the far end uses the endpoint for several calls, and
    /// one of them was just freed or is still being answered on this pair, the stream has to last for a while.
    @_noAllocation @_noLocks
    private mutating func take(_ slot: Int, _ step: StreamStep) -> FlowVerdict {
        if isResting(step, for: id(slot)) { return drop(.quarantined) }
        guard isContested(slot, step) else { return bind(slot, step) }
        if entries[slot].isProven, step.now - entries[slot].lastRTP < Self.silence { return drop(.ambiguous) }
        return prove(slot, step, lasting: SourceProof.contestedSpan)
    }

    /// Whether the packet's stream rests for another flow than `claimant`.
    @_noAllocation @_noLocks
    func isResting(_ step: StreamStep, for claimant: FlowID?) -> Bool {
        let key = FlowKey(.freed, pair: step.pair, address: step.from.address, source: step.source)
        return quarantine.holds(
            key, against: claimant ?? FlowID(slot: 0, generation: 0), sequence: step.sequence, now: step.now, in: index)
    }

    /// Whether another call of the same far end may own what comes from this endpoint.
    @_noAllocation @_noLocks
    private func isContested(_ slot: Int, _ step: StreamStep) -> Bool {
        let freed = FlowKey(.freed, pair: step.pair, step.from)
        if quarantine.holds(freed, against: id(slot), sequence: nil, now: step.now, in: index) { return true }
        guard index.find(FlowKey(.site, step.from)).count > 1 else { return false }
        return index.find(FlowKey(.pending, pair: step.pair, address: step.from.address)).count > 0
    }

    /// Binds the stream to the flow at the packet's endpoint and delivers. RT safe: at most 6 index changes.
    @_noAllocation @_noLocks
    mutating func bind(_ slot: Int, _ step: StreamStep) -> FlowVerdict {
        let wasProven = entries[slot].isProven
        unlinkStream(slot)
        entries[slot].isProven = true
        entries[slot].isReported = false
        entries[slot].remoteSource = step.source
        entries[slot].proof = SourceProof()
        touch(slot, step)
        guard linkStream(slot) else {
            entries[slot].isProven = false
            return drop(.queueFull)
        }
        if !wasProven { tell(.proven, slot, .rtp, step.from, step.source) }
        return .deliver(id(slot), .rtp)
    }

    /// Notes a packet of the bound stream.
    @_noAllocation @_noLocks
    @inline(__always)
    func touch(_ slot: Int, _ step: StreamStep) {
        entries[slot].lastRTP = step.now
        entries[slot].lastSequence = step.sequence
    }
}
