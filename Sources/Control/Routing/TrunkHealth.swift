package import Timing

/// Which trunks answer. A trunk that fails rests for a time that doubles with each failure in a row.
///
/// A resting trunk is tried after the others, not left out: the last way out is better than none. Pure.
package struct TrunkHealth: Sendable {
    private struct Failure: Sendable {
        var count: Int
        var restsUntil: MonotonicInstant
    }

    /// First rest; doubled up to `longestRest`.
    package static let firstRest = TimeSpan.seconds(5)
    package static let longestRest = TimeSpan.seconds(300)

    private var failures: [String: Failure] = [:]

    package init() {}

    package func isResting(_ trunk: String, now: MonotonicInstant) -> Bool {
        failures[trunk].map { now < $0.restsUntil } ?? false
    }

    /// Failures in a row.
    package func failureCount(_ trunk: String) -> Int { failures[trunk]?.count ?? 0 }

    /// The trunk did not answer, or said 503.
    /// - Parameter retryAfter: what its 503 asked for; it wins where it is longer.
    package mutating func failed(_ trunk: String, retryAfter: TimeSpan? = nil, now: MonotonicInstant) {
        let count = failureCount(trunk) + 1
        var rest = Self.firstRest * (1 << min(count - 1, 10))
        if rest > Self.longestRest { rest = Self.longestRest }
        if let retryAfter, retryAfter > rest { rest = min(retryAfter, Self.longestRest) }
        failures[trunk] = Failure(count: count, restsUntil: now + rest)
    }

    /// The trunk gave any answer that shows it alive.
    package mutating func answered(_ trunk: String) { failures[trunk] = nil }

    /// The same trunks, resting ones behind the others, else in the order given.
    package func ordered(_ trunks: [String], now: MonotonicInstant) -> [String] {
        guard !failures.isEmpty, trunks.count > 1 else { return trunks }
        return trunks.filter { !isResting($0, now: now) } + trunks.filter { isResting($0, now: now) }
    }

    /// Whether a final response to INVITE says that this trunk cannot take calls now, so that the next one is tried.
    ///
    /// 408 is a time-out, 500...504 are the trunk's own trouble (RFC 3261 §21.5); all others are the called
    /// party's word and go back to the caller.
    package static func failsOver(status: Int) -> Bool {
        switch status {
        case 408, 500, 502, 503, 504: true
        default: false
        }
    }
}
