import Octets
import Rings
package import Timing

extension FlowTable {
    /// Begins a flow in the slot that `flow` names. RT safe: at most 7 insertions into the index.
    @_noAllocation @_noLocks
    package mutating func add(_ flow: FlowID, _ wanted: FlowExpectation, now: MonotonicInstant) -> FlowAdmission {
        let slot = Int(flow.slot)
        guard slot < entries.count, flow.generation != 0, entries[slot].generation == 0 else { return .notYours }
        let own = FlowKey(.localSource, pair: wanted.pair, source: wanted.localSource)
        guard index.find(own).count == 0 else { return .sourceTaken }
        guard index.insert(FlowRole.localSource.link(slot), under: own) else { return .full }
        entries[slot] = FlowEntry()
        entries[slot].generation = flow.generation
        entries[slot].wanted = wanted
        entries[slot].rtp = wanted.rtp
        entries[slot].rtcp = wanted.rtcp
        count &+= 1
        guard link(slot, now: now) else {
            remove(flow, now: now)
            return .full
        }
        return .accepted
    }

    /// Changes what is expected. What is proven stays so unless the far end's description moved it.
    /// RT safe: at most 14 changes of the index.
    @_noAllocation @_noLocks
    package mutating func modify(_ flow: FlowID, _ wanted: FlowExpectation, now: MonotonicInstant) -> FlowAdmission {
        guard isCurrent(flow) else { return .notYours }
        let slot = Int(flow.slot)
        let old = entries[slot].wanted
        if old.pair != wanted.pair || old.localSource != wanted.localSource {
            return replace(flow, wanted, now: now)
        }
        unlink(slot)
        entries[slot].wanted = wanted
        entries[slot].isReported = false
        entries[slot].proof = SourceProof()
        followRTP(slot, from: old, now: now)
        followRTCP(slot, from: old)
        return link(slot, now: now) ? .accepted : .full
    }

    /// Ends a flow; its keys rest for 5 s. RT safe: at most 10 changes of the index.
    @_noAllocation @_noLocks
    package mutating func remove(_ flow: FlowID, now: MonotonicInstant) {
        guard isCurrent(flow) else { return }
        let slot = Int(flow.slot)
        unlink(slot)
        index.remove(FlowRole.localSource.link(slot))
        retire(slot, now: now)
        entries[slot].generation = 0
        count &-= 1
        rest(now: now)
    }

    /// The flow moves to another pair or source of ours: it starts anew there.
    @_noAllocation @_noLocks
    private mutating func replace(_ flow: FlowID, _ wanted: FlowExpectation, now: MonotonicInstant) -> FlowAdmission {
        let old = entries[Int(flow.slot)].wanted
        remove(flow, now: now)
        let admission = add(flow, wanted, now: now)
        switch admission {
        case .accepted: return .accepted
        case .sourceTaken, .full, .notYours:
            _ = add(flow, old, now: now)
            return admission
        }
    }

    /// A new signalled RTP endpoint, or a new announced source, begins unproven; a hold that names no
    /// endpoint changes nothing.
    @_noAllocation @_noLocks
    private mutating func followRTP(_ slot: Int, from old: FlowExpectation, now: MonotonicInstant) {
        let wanted = entries[slot].wanted
        let announced = wanted.remoteSource
        if announced != 0, announced != old.remoteSource, announced != entries[slot].remoteSource {
            entries[slot].isProven = false
        }
        if wanted.rtp == old.rtp { return }
        if wanted.rtp.isUnspecified, entries[slot].isProven { return }
        if !wanted.rtp.isUnspecified, wanted.rtp == entries[slot].rtp { return }
        entries[slot].rtp = wanted.rtp
        entries[slot].isRTPMoved = false
        entries[slot].isProven = false
    }

    @_noAllocation @_noLocks
    private mutating func followRTCP(_ slot: Int, from old: FlowExpectation) {
        let wanted = entries[slot].wanted
        if wanted.rtcp == old.rtcp || wanted.rtcp.isUnspecified { return }
        entries[slot].rtcp = wanted.rtcp
        entries[slot].isRTCPMoved = false
    }

    /// Lets the keys of a flow that ends rest: its stream if it was bound, else its endpoint and addresses.
    @_noAllocation @_noLocks
    private mutating func retire(_ slot: Int, now: MonotonicInstant) {
        let entry = entries[slot]
        guard entry.wanted.isDescribed else { return }
        let pair = entry.wanted.pair
        if entry.isProven {
            rest(FlowKey(.freed, pair: pair, address: entry.rtp.address, source: entry.remoteSource), slot, now)
            return
        }
        if !entry.rtp.isUnspecified {
            rest(FlowKey(.freed, pair: pair, entry.rtp), slot, now)
        }
        if entry.wanted.policy.mayProve, !entry.wanted.signallingSource.isUnspecified {
            rest(FlowKey(.freed, pair: pair, address: entry.wanted.signallingSource), slot, now)
        }
    }

    @_noAllocation @_noLocks
    private mutating func rest(_ key: FlowKey, _ slot: Int, _ now: MonotonicInstant) {
        quarantine.rest(
            FreedKey(
                key: key, owner: id(slot), lastSequence: entries[slot].lastSequence, until: now + FlowQuarantine.rest),
            in: index)
    }
}
