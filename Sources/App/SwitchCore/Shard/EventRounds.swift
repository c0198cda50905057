import Timing

/// How long to wait before media events are fetched again: briefly after a command or an event, since more of both
/// tends to follow, and twice as long after each empty fetch. Calls that just talk then cost next to nothing.
struct EventRounds {
    static let shortest = TimeSpan.milliseconds(5)
    static let longest = TimeSpan.milliseconds(40)

    private var span = shortest

    /// The wait after a fetch.
    mutating func afterFetch(isEmpty: Bool) -> TimeSpan {
        span = isEmpty ? min(span * 2, Self.longest) : Self.shortest
        return span
    }

    /// The wait from now on after a command, if it is shorter than the one that is running; else nil.
    mutating func afterCommand() -> TimeSpan? {
        guard span > Self.shortest else { return nil }
        span = Self.shortest
        return span
    }
}
