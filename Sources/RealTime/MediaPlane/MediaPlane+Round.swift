import MediaControl
import PacketDemux
import Rings
import Telemetry
import Timing

extension MediaPlane {
    /// Visits the next context of the round: ends digits whose packets stopped, sends reports that are due, publishes
    /// counters that changed. Every context has its turn each 250 ms. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func visitNext(into egress: inout EgressBatch, now: MonotonicInstant) {
        guard activeCount > 0 else { return }
        if grid.roundCursor >= activeCount { grid.roundCursor = 0 }
        let slot = Int(active[grid.roundCursor])
        grid.roundCursor += 1
        visit(2 * slot, into: &egress, now: now)
        visit(2 * slot + 1, into: &egress, now: now)
    }

    @_noAllocation @_noLocks
    private mutating func visit(_ index: Int, into egress: inout EgressBatch, now: MonotonicInstant) {
        expireDigit(index, now: now)
        reportIfDue(index, into: &egress, now: now)
        if terminations[index].isChanged { publish(index) }
    }

    /// Publishes a termination's counters. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func publish(_ index: Int) {
        terminations[index].updateCounters()
        port.publish(
            terminations[index].counters, slot: UInt32(truncatingIfNeeded: index / 2), side: index & 1 == 0 ? .a : .b)
    }

    /// Publishes the shard's figures. RT safe, as many steps as drop reasons.
    @_noAllocation @_noLocks
    mutating func publishShard() {
        var reason = 0
        while reason < DropReason.count {
            shard.refused[reason] = flows.refused[slot: reason] &+ refusals[slot: reason]
            reason += 1
        }
        shard.lostEvents = port.lostEvents &+ flows.lostEvents
        shard.contexts = UInt32(truncatingIfNeeded: activeCount)
        port.publish(shard)
    }
}
