/// A media timestamp in sample units of its stream's clock, 32 bits that wrap. RFC 3550 section 5.1.
///
/// Not `Comparable`: on a circle there is no order, only the signed step between two points.
package struct RTPTimestamp: Hashable, Sendable, BitwiseCopyable {
    package var value: UInt32

    /// The timestamp `value`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(_ value: UInt32) { self.value = value }

    /// Samples from `earlier` to here along the shorter way round; negative if `earlier` is later. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func samples(since earlier: RTPTimestamp) -> Int32 {
        Int32(truncatingIfNeeded: value &- earlier.value)
    }

    /// The timestamp `samples` further on. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func advanced(by samples: Int32) -> RTPTimestamp {
        RTPTimestamp(value &+ UInt32(truncatingIfNeeded: samples))
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: RTPTimestamp, right: RTPTimestamp) -> Bool { left.value == right.value }
}

extension TimeSpan {
    /// The span in samples of a clock of `rate` Hz, rounded down. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func samples(atRate rate: Int) -> Int {
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int(seconds) * rate + Int(rest) * rate / 1_000_000_000
    }

    /// The time that `count` samples of a clock of `rate` Hz take, rounded down. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func samples(_ count: Int, atRate rate: Int) -> TimeSpan {
        let (seconds, rest) = count.quotientAndRemainder(dividingBy: rate)
        return TimeSpan(nanoseconds: Int64(seconds) * 1_000_000_000 + Int64(rest) * 1_000_000_000 / Int64(rate))
    }
}
