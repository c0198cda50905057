import CLinux
package import Timing

/// The clocks that the media thread reads. The only place of the real-time plane that does.
package enum MediaClock {
    /// The monotonic clock. RT safe: no system call.
    @_noAllocation @_noLocks
    package static func now() -> MonotonicInstant { MonotonicInstant(nanoseconds: clinux_now_ns()) }

    /// The time of day, for sender reports. RT safe: no system call.
    @_noAllocation @_noLocks
    static func wall() -> WallInstant { WallInstant(microseconds: clinux_wall_us()) }

    /// CPU time of the calling thread in nanoseconds. RT safe: one system call.
    @_noAllocation @_noLocks
    static func threadTime() -> UInt64 { clinux_thread_cpu_ns() }
}
