/// A length of time in nanoseconds; may be negative. Covers ±292 years.
package struct TimeSpan: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var nanoseconds: Int64

    /// A span of `nanoseconds`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// No time at all. RT safe.
    package static var zero: TimeSpan {
        @_noAllocation @_noLocks @inline(__always) get { TimeSpan(nanoseconds: 0) }
    }

    /// Whole seconds. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func seconds(_ count: Int) -> TimeSpan { TimeSpan(nanoseconds: Int64(count) * 1_000_000_000) }

    /// Whole milliseconds. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func milliseconds(_ count: Int) -> TimeSpan { TimeSpan(nanoseconds: Int64(count) * 1_000_000) }

    /// Whole microseconds. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func microseconds(_ count: Int) -> TimeSpan { TimeSpan(nanoseconds: Int64(count) * 1_000) }

    /// Nanoseconds. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func nanoseconds(_ count: Int) -> TimeSpan { TimeSpan(nanoseconds: Int64(count)) }

    /// Whole seconds in the span, rounded towards zero. RT safe.
    package var wholeSeconds: Int {
        @_noAllocation @_noLocks @inline(__always) get { Int(nanoseconds / 1_000_000_000) }
    }

    /// Whole milliseconds in the span, rounded towards zero. RT safe.
    package var wholeMilliseconds: Int {
        @_noAllocation @_noLocks @inline(__always) get { Int(nanoseconds / 1_000_000) }
    }

    /// Whole microseconds in the span, rounded towards zero. RT safe.
    package var wholeMicroseconds: Int {
        @_noAllocation @_noLocks @inline(__always) get { Int(nanoseconds / 1_000) }
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func + (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(nanoseconds: left.nanoseconds + right.nanoseconds)
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func - (left: TimeSpan, right: TimeSpan) -> TimeSpan {
        TimeSpan(nanoseconds: left.nanoseconds - right.nanoseconds)
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func * (left: TimeSpan, right: Int) -> TimeSpan {
        TimeSpan(nanoseconds: left.nanoseconds * Int64(right))
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func * (left: Int, right: TimeSpan) -> TimeSpan { right * left }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func / (left: TimeSpan, right: Int) -> TimeSpan {
        TimeSpan(nanoseconds: left.nanoseconds / Int64(right))
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func += (left: inout TimeSpan, right: TimeSpan) { left = left + right }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func -= (left: inout TimeSpan, right: TimeSpan) { left = left - right }

    @_noAllocation @_noLocks
    @inline(__always)
    package static prefix func - (span: TimeSpan) -> TimeSpan { TimeSpan(nanoseconds: -span.nanoseconds) }
}

extension TimeSpan {
    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds == right.nanoseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds < right.nanoseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func > (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds > right.nanoseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func <= (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds <= right.nanoseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func >= (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds >= right.nanoseconds }
}
