import SwitchConfig
import Tables
import Timing

/// How many calls there are, in all and per party, and whether one more may begin.
struct CallLimits: Sendable {
    private var rate: TokenBucket
    private let most: Int
    private(set) var count = 0
    private var perParty = ShrinkingTable<Party, Int>()

    /// Bursts of up to a second's calls are taken at once.
    init(limits: LimitSettings, now: MonotonicInstant) {
        rate = TokenBucket(perSecond: limits.callsPerSecond, burst: limits.callsPerSecond, now: now)
        most = limits.calls
    }

    /// New settings; what runs goes on counting.
    mutating func reconfigure(_ limits: LimitSettings, now: MonotonicInstant) {
        var fresh = CallLimits(limits: limits, now: now)
        fresh.count = count
        fresh.perParty = perParty
        self = fresh
    }

    /// Takes a place in the rate. False: answer 503.
    mutating func admit(now: MonotonicInstant) -> Bool { count < most && rate.take(now: now) }

    mutating func began() { count += 1 }
    mutating func ended() { count -= 1 }

    func calls(of party: Party) -> Int { perParty[party] ?? 0 }

    mutating func joined(_ party: Party) { perParty[party, default: 0] += 1 }

    mutating func left(_ party: Party) {
        guard let count = perParty[party] else { return }
        perParty[party] = count > 1 ? count - 1 : nil
    }
}
