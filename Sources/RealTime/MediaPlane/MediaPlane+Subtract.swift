import MediaControl
import PacketDemux
import Rings
import Timing

extension MediaPlane {
    /// Ends a context: BYE to both sides, final counters into the slot, the flows and the player given back.
    ///
    /// An order for a life that the plane does not know is answered with empty final counters when the slot is free,
    /// so that no slot of the control side's is lost. RT safe: at most 20 changes of the flow index.
    @_noAllocation @_noLocks
    mutating func subtract(_ context: ContextID, into egress: inout EgressBatch, now: MonotonicInstant) {
        let slot = Int(context.slot)
        guard isCurrent(context) else { return closeUnknown(context) }
        sayBye(2 * slot, into: &egress, now: now)
        sayBye(2 * slot + 1, into: &egress, now: now)
        finish(2 * slot, now: now)
        finish(2 * slot + 1, now: now)
        leaveTick(slot)
        releasePlayer(slot)
        leaveActive(slot)
        contexts[slot] = ContextState()
        port.tell(MediaEvent(.subtracted, context: context))
    }

    /// Publishes a termination's counters for the last time and forgets its flow. RT safe.
    @_noAllocation @_noLocks
    private mutating func finish(_ index: Int, now: MonotonicInstant) {
        terminations[index].counters.final = 1
        publish(index)
        if terminations[index].hasFlow { flows.remove(terminations[index].flow, now: now) }
        terminations[index].hasFlow = false
    }

    @_noAllocation @_noLocks
    private mutating func closeUnknown(_ context: ContextID) {
        guard Int(context.slot) < contexts.count, contexts[Int(context.slot)].generation == 0 else { return }
        var counters = TerminationCounters()
        counters.generation = context.generation
        counters.final = 1
        port.publish(counters, slot: context.slot, side: .a)
        port.publish(counters, slot: context.slot, side: .b)
        port.tell(MediaEvent(.subtracted, context: context))
    }

    @_noAllocation @_noLocks
    private mutating func leaveActive(_ slot: Int) {
        let place = Int(contexts[slot].activePlace)
        guard place >= 0 else { return }
        activeCount -= 1
        let moved = active[activeCount]
        active[place] = moved
        contexts[Int(moved)].activePlace = Int32(truncatingIfNeeded: place)
    }
}
