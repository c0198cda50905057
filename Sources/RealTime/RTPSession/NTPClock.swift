package import Timing

/// Turns the monotonic instants that the media plane is given into NTP time. RFC 3550 §4.
///
/// The shell aligns it with the wall clock; in between it runs with the monotonic one, so a step of the system's
/// clock shows only at the next alignment. Before the first it counts from the machine's start, as §6.4.1 allows a
/// sender without wall clock.
// Owner: media thread of its shard.
package struct NTPClock: Sendable, BitwiseCopyable {
    private var wall = WallInstant(microseconds: 0)
    private var alignedAt = MonotonicInstant(nanoseconds: 0)

    /// RT safe.
    @_noAllocation @_noLocks
    package init() {}

    /// Notes that at `now` the wall clock shows `wall`. RT safe.
    @_noAllocation @_noLocks
    package mutating func align(_ wall: WallInstant, at now: MonotonicInstant) {
        self.wall = wall
        alignedAt = now
    }

    /// NTP time: seconds since 1900 in the upper, fraction in the lower 32 bits. RT safe.
    @_noAllocation @_noLocks
    package func timestamp(at now: MonotonicInstant) -> UInt64 { (wall + (now - alignedAt)).ntp }

    /// The middle 32 bits. RT safe.
    @_noAllocation @_noLocks
    package func middle(at now: MonotonicInstant) -> UInt32 { UInt32(truncatingIfNeeded: timestamp(at: now) >> 16) }

    /// A span in 1/65,536 s, at most 2^32 − 1. RT safe.
    @_noAllocation @_noLocks
    package static func short(nanoseconds: UInt64) -> UInt32 {
        let seconds = nanoseconds / 1_000_000_000
        guard seconds < 0x1_0000 else { return .max }
        let rest = nanoseconds % 1_000_000_000
        return UInt32(truncatingIfNeeded: seconds << 16 | (rest << 16) / 1_000_000_000)
    }
}
