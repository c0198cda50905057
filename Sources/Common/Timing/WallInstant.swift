/// A point in UTC: microseconds since 1970-01-01T00:00:00Z, without leap seconds.
///
/// For records and reports only. Durations are measured with `MonotonicInstant`.
package struct WallInstant: Hashable, Comparable, Sendable, BitwiseCopyable {
    package var microseconds: Int64

    /// The instant `microseconds` after the start of 1970 UTC. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(microseconds: Int64) { self.microseconds = microseconds }

    /// The instant a span later, to the microsecond (rounded towards zero). RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func + (left: WallInstant, right: TimeSpan) -> WallInstant {
        WallInstant(microseconds: left.microseconds + right.nanoseconds / 1_000)
    }

    /// The instant a span earlier. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func - (left: WallInstant, right: TimeSpan) -> WallInstant { left + -right }

    /// The span from `right` to `left`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func - (left: WallInstant, right: WallInstant) -> TimeSpan {
        TimeSpan(nanoseconds: (left.microseconds - right.microseconds) * 1_000)
    }

    /// The 64-bit NTP timestamp: seconds since 1900 and a 32-bit fraction. RFC 3550 section 4. RT safe.
    package var ntp: UInt64 {
        @_noAllocation @_noLocks get {
            let (whole, part) = microseconds.quotientAndRemainder(dividingBy: 1_000_000)
            let seconds = part < 0 ? whole - 1 : whole
            let fraction = UInt64(part < 0 ? part + 1_000_000 : part)
            return UInt64(truncatingIfNeeded: seconds &+ 2_208_988_800) &<< 32 | (fraction &<< 32) / 1_000_000
        }
    }
}

extension WallInstant {
    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: WallInstant, right: WallInstant) -> Bool { left.microseconds == right.microseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func < (left: WallInstant, right: WallInstant) -> Bool { left.microseconds < right.microseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func > (left: WallInstant, right: WallInstant) -> Bool { left.microseconds > right.microseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func <= (left: WallInstant, right: WallInstant) -> Bool { left.microseconds <= right.microseconds }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func >= (left: WallInstant, right: WallInstant) -> Bool { left.microseconds >= right.microseconds }
}
