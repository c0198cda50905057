import Timing

/// A rate with a burst: each taking costs one token, tokens come back at a fixed rate.
struct TokenBucket: Sendable {
    let perSecond: Int
    let burst: Int
    /// Nanotokens left at `checked`.
    private var level: Int64
    private var checked: MonotonicInstant

    /// Full at the start. A rate of 0 never gives anything.
    init(perSecond: Int, burst: Int, now: MonotonicInstant) {
        self.perSecond = perSecond
        self.burst = max(burst, perSecond > 0 ? 1 : 0)
        level = Int64(self.burst) * 1_000_000_000
        checked = now
    }

    /// Takes one token; false when there is none.
    mutating func take(now: MonotonicInstant) -> Bool {
        refill(now: now)
        guard level >= 1_000_000_000 else { return false }
        level -= 1_000_000_000
        return true
    }

    /// Whether a token is there, taking none.
    mutating func hasToken(now: MonotonicInstant) -> Bool {
        refill(now: now)
        return level >= 1_000_000_000
    }

    private mutating func refill(now: MonotonicInstant) {
        guard now > checked else { return }
        let full = Int64(burst) * 1_000_000_000
        let (gained, overflow) = (now - checked).nanoseconds.multipliedReportingOverflow(by: Int64(perSecond))
        level = overflow ? full : min(full, level + gained)
        checked = now
    }
}
