/// Counts of times from 0 ns to 68 s in 1,024 log-linear buckets; each is at most 1/32 of its value wide.
///
/// Fixed size (about 4 KiB), so it can lie in shared memory and be copied whole. Owner: one thread.
package struct LatencyHistogram: Sendable, BitwiseCopyable {
    private var buckets: InlineArray<1_024, UInt32>
    /// How many times were recorded. Wraps never in practice; one bucket stops at 2^32 - 1.
    package private(set) var count: UInt64
    /// Sum of all recorded times in nanoseconds, wrapping.
    package private(set) var total: UInt64
    /// Longest recorded time in nanoseconds; 0 if none.
    package private(set) var longest: UInt64
    /// Shortest recorded time in nanoseconds; `UInt64.max` if none.
    package private(set) var shortest: UInt64

    /// Holds nothing. RT safe.
    @_noAllocation @_noLocks
    package init() {
        buckets = InlineArray(repeating: 0)
        count = 0
        total = 0
        longest = 0
        shortest = .max
    }

    /// Counts one time of `nanoseconds`; beyond 68 s it falls into the last bucket. RT safe: constant time.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func record(_ nanoseconds: UInt64) {
        let index = Self.bucket(of: nanoseconds)
        if buckets[index] != .max { buckets[index] &+= 1 }
        count &+= 1
        total &+= nanoseconds
        if nanoseconds > longest { longest = nanoseconds }
        if nanoseconds < shortest { shortest = nanoseconds }
    }

    /// Adds all that `other` counted. RT safe: 1,024 steps.
    @_noAllocation @_noLocks
    package mutating func merge(_ other: LatencyHistogram) {
        var more = other
        var index = 0
        while index < 1_024 {
            let (sum, overflow) = buckets[index].addingReportingOverflow(more.take(index))
            buckets[index] = overflow ? .max : sum
            index &+= 1
        }
        count &+= other.count
        total &+= other.total
        if other.longest > longest { longest = other.longest }
        if other.shortest < shortest { shortest = other.shortest }
    }

    /// The count of one bucket, which is then empty: reading a borrowed `InlineArray` would copy all of it at
    /// each step, reading one that may change does not. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    private mutating func take(_ index: Int) -> UInt32 {
        let found = buckets[index]
        buckets[index] = 0
        return found
    }

    /// The time in nanoseconds that `permille` thousandths of the recorded ones do not exceed; nil if empty.
    ///
    /// The upper end of its bucket, but never above the longest recorded. 500 = median, 999 = p99.9.
    /// RT safe: at most 1,024 steps.
    @_noAllocation @_noLocks
    package func percentile(permille: Int) -> UInt64? {
        guard count > 0 else { return nil }
        var left = self
        let share = UInt64(max(0, min(1_000, permille)))
        let (whole, rest) = count.quotientAndRemainder(dividingBy: 1_000)
        let rank = max(1, whole &* share &+ (rest &* share &+ 999) / 1_000)
        var seen: UInt64 = 0
        var index = 0
        while index < 1_024 {
            seen &+= UInt64(left.take(index))
            if seen >= rank { return min(Self.upperEnd(ofBucket: index), longest) }
            index &+= 1
        }
        return longest
    }

    /// Mean in nanoseconds; nil if empty. RT safe.
    package var mean: UInt64? {
        @_noAllocation @_noLocks get { count == 0 ? nil : total / count }
    }

    /// Bucket of a time: the value itself below 32, then 32 buckets for each doubling. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    static func bucket(of nanoseconds: UInt64) -> Int {
        if nanoseconds < 32 { return Int(truncatingIfNeeded: nanoseconds) }
        if nanoseconds >= 1 &<< 36 { return 1_023 }
        let doubling = 58 &- nanoseconds.leadingZeroBitCount
        return doubling &* 32 &+ Int(truncatingIfNeeded: nanoseconds &>> UInt64(truncatingIfNeeded: doubling))
    }

    /// The highest time that falls into a bucket. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    static func upperEnd(ofBucket index: Int) -> UInt64 {
        if index < 64 { return UInt64(truncatingIfNeeded: index) }
        let doubling = UInt64(truncatingIfNeeded: index / 32 &- 1)
        let mantissa = UInt64(truncatingIfNeeded: index % 32 &+ 32)
        return ((mantissa &+ 1) &<< doubling) &- 1
    }
}
