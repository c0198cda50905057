package import Timing

/// How late our own sending was: time from a packet's due instant (its arrival, or its place in the tick's grid) to
/// the instant it was handed on.
///
/// Two buckets for each doubling from 1 µs to 65 ms; small enough for every stream. When one bucket is full all are
/// halved, so that the shares stay and older packets weigh less.
// Owner: media thread of its shard.
package struct LatenessRecord: Sendable, BitwiseCopyable {
    private var buckets = InlineArray<34, UInt16>(repeating: 0)
    private var total: UInt32 = 0
    /// The longest, in nanoseconds.
    package private(set) var longest: UInt64 = 0

    /// RT safe.
    @_noAllocation @_noLocks
    package init() {}

    /// Counts one packet. RT safe, at most 34 steps once in 32,768 calls, else O(1).
    @_noAllocation @_noLocks
    package mutating func record(due: MonotonicInstant, sent: MonotonicInstant) {
        let late = sent > due ? sent.nanoseconds - due.nanoseconds : 0
        let index = LatenessRecord.bucket(of: late / 1000)
        if buckets[index] == .max { halve() }
        buckets[index] += 1
        total += 1
        if late > longest { longest = late }
    }

    /// Microseconds that `permille` thousandths of the packets did not exceed: the upper end of their bucket, at most
    /// the longest. RT safe, at most 34 steps.
    @_noAllocation @_noLocks
    package mutating func microseconds(permille: UInt32) -> UInt32 {
        guard total > 0 else { return 0 }
        let rank = max(1, (UInt64(total) * UInt64(min(permille, 1000)) + 999) / 1000)
        var seen: UInt64 = 0
        var index = 0
        while index < 33 {
            seen += UInt64(buckets[index])
            if seen >= rank { break }
            index += 1
        }
        let end = index == 33 ? longest / 1000 : LatenessRecord.upperEnd(of: index)
        return UInt32(truncatingIfNeeded: min(end, longest / 1000))
    }

    /// 0 and 1 for themselves, then two for each doubling, the last for all beyond. RT safe.
    @_noAllocation @_noLocks
    static func bucket(of microseconds: UInt64) -> Int {
        guard microseconds >= 2 else { return Int(truncatingIfNeeded: microseconds) }
        let doubling = 62 - microseconds.leadingZeroBitCount
        let index = 2 * doubling + Int(truncatingIfNeeded: microseconds >> UInt64(doubling))
        return min(index, 33)
    }

    /// The highest microsecond of a bucket. RT safe.
    @_noAllocation @_noLocks
    static func upperEnd(of index: Int) -> UInt64 {
        guard index >= 2 else { return UInt64(truncatingIfNeeded: index) }
        let doubling = UInt64(truncatingIfNeeded: index / 2 - 1)
        return ((UInt64(truncatingIfNeeded: index % 2) + 3) << doubling) - 1
    }

    @_noAllocation @_noLocks
    private mutating func halve() {
        var index = 0
        total = 0
        while index < 34 {
            buckets[index] >>= 1
            total += UInt32(buckets[index])
            index += 1
        }
    }
}
