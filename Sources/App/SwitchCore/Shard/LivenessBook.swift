import Billing
import CallControl
import Ledger
import Tables
import Timing

/// Keeps the liveness file in step with the running calls: a slot each, stamped every 250 ms.
///
/// Owner: the SIP shard's event loop, once it is handed over.
final class LivenessBook {
    private struct Entry {
        let slot: LivenessSlot
        var callee: UUIDv7?
        var round: UInt64
    }

    private var table: LivenessTable
    private var entries = ShrinkingTable<UUIDv7, Entry>()
    private var round: UInt64 = 0
    private var marks: [LivenessMark] = []

    init(table: consuming LivenessTable) { self.table = table }

    /// Writes what every running call's last sign of life is; frees the slots of calls that are over.
    func stamp(_ engine: CallEngine, now: MonotonicInstant, wall: WallInstant) {
        round += 1
        marks.empty()
        engine.liveness(now: now, wall: wall, into: &marks)
        for mark in marks { write(mark) }
        for (id, entry) in entries.entries.filter({ $0.value.round != round }) {
            table.release(entry.slot)
            entries.removeValue(forKey: id)
        }
    }

    private func write(_ mark: LivenessMark) {
        guard var entry = entries[mark.caller] ?? claim(mark) else { return }
        if entry.callee != mark.callee {
            table.setCallee(mark.callee, of: entry.slot)
            entry.callee = mark.callee
        }
        entry.round = round
        entries[mark.caller] = entry
        var stamp = LivenessStamp()
        stamp.callerIn = mark.alive
        stamp.calleeIn = mark.alive
        table.stamp(entry.slot, stamp)
    }

    private func claim(_ mark: LivenessMark) -> Entry? {
        guard let slot = table.claim(caller: mark.caller, callee: mark.callee) else { return nil }
        return Entry(slot: slot, callee: mark.callee, round: round)
    }
}
