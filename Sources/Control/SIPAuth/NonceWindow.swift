import Tables
import Timing

/// Which counts of which nonces have been used: refuses replays in bounded memory.
///
/// Only a verified request makes an entry, so a stranger cannot fill the table. When it is full the oldest entry
/// goes, and every nonce as old as that counts as aged from then on: forgetting a nonce never lets it be replayed.
struct NonceWindow: Sendable {
    private struct Entry: Sendable {
        var highest: UInt32
        /// Bit n: the count `highest - n` has been used.
        var seen: UInt64
    }

    private var entries = ShrinkingTable<SignedNonce, Entry>()
    /// In order of first use, from `firstIndex` on.
    private var order: [SignedNonce] = []
    private var firstIndex = 0
    /// Nonces issued at or before this instant are aged.
    private(set) var floor: MonotonicInstant?
    private let capacity: Int

    init(capacity: Int) { self.capacity = max(1, capacity) }

    var count: Int { entries.count }

    /// Whether this count may be used, without using it. The first use of a nonce may have any count.
    func admits(_ nonce: SignedNonce, _ number: UInt32) -> Bool {
        if let floor, nonce.issued <= floor { return false }
        guard let entry = entries[nonce] else { return number > 0 }
        if number > entry.highest { return true }
        let age = entry.highest - number
        return number > 0 && age < 64 && entry.seen & (1 << UInt64(age)) == 0
    }

    mutating func use(_ nonce: SignedNonce, _ number: UInt32) {
        guard var entry = entries[nonce] else { return insert(nonce, number) }
        if number > entry.highest {
            let step = number - entry.highest
            entry.seen = step < 64 ? entry.seen << UInt64(step) | 1 : 1
            entry.highest = number
        } else if entry.highest - number < 64 {
            entry.seen |= 1 << UInt64(entry.highest - number)
        }
        entries[nonce] = entry
    }

    /// Drops what was issued before an instant: such nonces are refused by their age alone.
    mutating func forget(before instant: MonotonicInstant) {
        while firstIndex < order.count, order[firstIndex].issued < instant { dropOldest() }
    }

    private mutating func insert(_ nonce: SignedNonce, _ number: UInt32) {
        if entries.count == capacity {
            let oldest = order[firstIndex].issued
            floor = max(floor ?? oldest, oldest)
            dropOldest()
        }
        entries[nonce] = Entry(highest: number, seen: 1)
        order.append(nonce)
    }

    private mutating func dropOldest() {
        entries[order[firstIndex]] = nil
        firstIndex += 1
        guard firstIndex > 64, firstIndex * 2 > order.count else { return }
        order.removeFirst(firstIndex)
        order.giveBack()
        firstIndex = 0
    }
}
