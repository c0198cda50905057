import CLinux
import Timing

/// The only clocks of the program.
enum Clock {
    static var now: MonotonicInstant { MonotonicInstant(nanoseconds: clinux_now_ns()) }
    static var wall: WallInstant { WallInstant(microseconds: clinux_wall_us()) }
    /// What has to be added to a monotonic instant, in nanoseconds, to get microseconds since 1970 x 1000.
    static var wallOffset: Int64 { wall.microseconds * 1000 - Int64(now.nanoseconds) }
}
