/// A point on the monotonic clock: nanoseconds since an unnamed start, never stepped back.
///
/// Comparable within one boot of one machine only; it says nothing about the time of day.
package struct MonotonicInstant: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var nanoseconds: UInt64

    /// The instant `nanoseconds` after the clock's start. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(nanoseconds: UInt64) { self.nanoseconds = nanoseconds }

    /// The clock's start: before every instant that can be read. RT safe.
    package static var start: MonotonicInstant {
        @_noAllocation @_noLocks @inline(__always) get { MonotonicInstant(nanoseconds: 0) }
    }

    /// An instant that never comes. RT safe.
    package static var never: MonotonicInstant {
        @_noAllocation @_noLocks @inline(__always) get { MonotonicInstant(nanoseconds: .max) }
    }

    /// The instant a span later (earlier if negative); stops at the ends of the clock. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func + (left: MonotonicInstant, right: TimeSpan) -> MonotonicInstant {
        let magnitude = right.nanoseconds.magnitude
        if right.nanoseconds >= 0 {
            let (sum, overflow) = left.nanoseconds.addingReportingOverflow(magnitude)
            return MonotonicInstant(nanoseconds: overflow ? .max : sum)
        }
        return MonotonicInstant(nanoseconds: left.nanoseconds < magnitude ? 0 : left.nanoseconds &- magnitude)
    }

    /// The instant a span earlier; stops at the ends of the clock. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func - (left: MonotonicInstant, right: TimeSpan) -> MonotonicInstant { left + -right }

    /// The span from `right` to `left`, exact for instants less than 292 years apart. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func - (left: MonotonicInstant, right: MonotonicInstant) -> TimeSpan {
        TimeSpan(nanoseconds: Int64(truncatingIfNeeded: left.nanoseconds &- right.nanoseconds))
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func += (left: inout MonotonicInstant, right: TimeSpan) { left = left + right }
}

extension MonotonicInstant {
    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds == right.nanoseconds
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func < (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func > (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds > right.nanoseconds
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func <= (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds <= right.nanoseconds
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func >= (left: MonotonicInstant, right: MonotonicInstant) -> Bool {
        left.nanoseconds >= right.nanoseconds
    }
}
