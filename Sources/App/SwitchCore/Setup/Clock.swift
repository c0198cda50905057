import CLinux
import Timing

/// The only clocks of the program.
enum Clock {
    static var now: MonotonicInstant { MonotonicInstant(nanoseconds: clinux_now_ns()) }
    static var wall: WallInstant { WallInstant(microseconds: clinux_wall_us()) }
}
