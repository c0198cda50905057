import MediaControl
package import PacketDemux
import Rings
package import Timing

extension MediaPlane {
    /// Runs the tick if it is due: players and digit senders first, then this tick's share of the round.
    ///
    /// RT safe: at most `egress.room / 4` tick contexts and a twenty-fifth of all contexts in one call.
    /// - Returns: true when more is due at once: send the egress batch and call again with the time then.
    @_noAllocation @_noLocks
    package mutating func tick(into egress: inout EgressBatch, now: MonotonicInstant) -> Bool {
        if !grid.isInside {
            guard now >= grid.next else { return false }
            countTick(now: now)
            flows.rest(now: now)
            grid.begin(active: activeCount)
        }
        while grid.cursor < tickingCount {
            guard egress.room >= 4 else { return true }
            let slot = Int(ticking[grid.cursor])
            advance(slot, into: &egress, now: now)
            if contexts[slot].tickingPlace >= 0 { grid.cursor += 1 }
        }
        while grid.roundLeft > 0 {
            guard egress.room >= 2 else { return true }
            grid.roundLeft -= 1
            visitNext(into: &egress, now: now)
        }
        if grid.takesShard(now: now) { publishShard() }
        let missed = grid.end(now: now, active: activeCount)
        if missed > 0 { pass(over: missed) }
        return now >= grid.next
    }

    @_noAllocation @_noLocks
    private mutating func countTick(now: MonotonicInstant) {
        guard !grid.isIdle else { return }
        let lateness = now - grid.next
        shard.ticks &+= 1
        if lateness > TickGrid.late { shard.lateTicks &+= 1 }
        shard.latestTick = max(shard.latestTick, UInt64(lateness.nanoseconds) / 1000)
    }

    /// One context's 10 ms: its player's block, and the digits of either side.
    @_noAllocation @_noLocks
    private mutating func advance(_ slot: Int, into egress: inout EgressBatch, now: MonotonicInstant) {
        if contexts[slot].player >= 0 { runPlayer(slot, into: &egress, now: now) }
        sendDigits(2 * slot, into: &egress, now: now)
        sendDigits(2 * slot + 1, into: &egress, now: now)
        if contexts[slot].player < 0, !hasDigits(slot) { leaveTick(slot) }
    }

    /// Ticks that come too late for anyone are passed over: timestamps go on as if they had been.
    /// RT safe: as many steps as tick contexts.
    @_noAllocation @_noLocks
    private mutating func pass(over missed: Int) {
        var place = 0
        while place < tickingCount {
            let player = contexts[Int(ticking[place])].player
            if player >= 0 {
                players[Int(player)].timestamp &+= UInt32(truncatingIfNeeded: missed * 80)
                players[Int(player)].filled = 0
                players[Int(player)].isTalking = false
                players[Int(player)].playout.skip(missed, scratch: block)
            }
            place += 1
        }
    }
}
