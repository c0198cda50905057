import Octets
import SwitchConfig
import Timing

/// Sources that fail: wrong passwords and malformed messages, counted per address.
///
/// A source that fails faster than the rate allows is not answered while its bucket is empty, one that fails
/// `banFailures` times in a window is banned. Whoever has proved to be one of ours is exempt for a while. Both
/// tables are bounded: when full, the source that was heard of longest ago is forgotten.
struct BanTable: Sendable {
    enum Verdict: Equatable { case open, limited, banned }

    private struct Source: Sendable {
        var bucket: TokenBucket
        var failures = 0
        var windowEnd: MonotonicInstant
        var bannedUntil = MonotonicInstant.start
        var heard: MonotonicInstant
    }

    static let capacity = 8_192
    static let exemptCapacity = 65_536
    /// How long a proof of identity exempts the address that it came from.
    static let exemption = TimeSpan.seconds(3_600)

    private var limits: LimitSettings
    private var sources: [InetAddress: Source] = [:]
    private var proven: [InetAddress: MonotonicInstant] = [:]

    init(limits: LimitSettings) { self.limits = limits }

    var count: Int { sources.count }

    func bannedCount(now: MonotonicInstant) -> Int { sources.values.count { $0.bannedUntil > now } }

    /// Whether the address is under a ban; asking changes nothing.
    func isBanned(_ address: InetAddress, now: MonotonicInstant) -> Bool {
        guard !sources.isEmpty, let source = sources[address] else { return false }
        return source.bannedUntil > now
    }

    /// What to do with a request from `address` that belongs to no call.
    mutating func verdict(_ address: InetAddress, now: MonotonicInstant) -> Verdict {
        guard !sources.isEmpty, var source = sources[address] else { return .open }
        if source.bannedUntil > now { return .banned }
        let hasToken = source.bucket.hasToken(now: now)
        sources[address] = source
        return hasToken ? .open : .limited
    }

    /// Counts a failure. True when it brought a ban.
    mutating func failed(_ address: InetAddress, now: MonotonicInstant) -> Bool {
        guard !isExempt(address, now: now) else { return false }
        var source = sources[address] ?? fresh(now)
        if source.windowEnd <= now {
            source.failures = 0
            source.windowEnd = now + .seconds(limits.banWindowSeconds)
        }
        source.failures += 1
        source.heard = now
        _ = source.bucket.take(now: now)
        let isNew = source.bannedUntil <= now && source.failures >= limits.banFailures
        if isNew { source.bannedUntil = now + .seconds(limits.banSeconds) }
        if sources[address] == nil, sources.count >= Self.capacity { forgetOldest() }
        sources[address] = source
        return isNew
    }

    /// The address has shown a right password: its earlier failures are forgiven.
    mutating func proved(_ address: InetAddress, now: MonotonicInstant) {
        sources[address] = nil
        if proven[address] == nil, proven.count >= Self.exemptCapacity {
            proven = proven.filter { $0.value > now }
            if proven.count >= Self.exemptCapacity { return }
        }
        proven[address] = now + Self.exemption
    }

    func isExempt(_ address: InetAddress, now: MonotonicInstant) -> Bool {
        proven[address].map { $0 > now } ?? false
    }

    /// New settings: what was counted stays, bans that stand run out as they were given.
    mutating func reconfigure(_ limits: LimitSettings, now: MonotonicInstant) {
        guard limits != self.limits else { return }
        self.limits = limits
        sources = sources.mapValues { source in
            var changed = source
            changed.bucket = fresh(now).bucket
            return changed
        }
    }

    private func fresh(_ now: MonotonicInstant) -> Source {
        Source(
            bucket: TokenBucket(perSecond: limits.sourcePerSecond, burst: limits.sourceBurst, now: now),
            windowEnd: now + .seconds(limits.banWindowSeconds), heard: now)
    }

    /// Frees an eighth of the table at once, so that a flood of forged sources does not cost a scan for each.
    private mutating func forgetOldest() {
        let times = sources.values.map(\.heard).sorted()
        let edge = times[times.count / 8]
        sources = sources.filter { $0.value.heard > edge }
    }
}
