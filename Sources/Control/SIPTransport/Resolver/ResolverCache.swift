import Octets
import Timing

/// What the resolver has found out, with the time until which it holds. Bounded. Owner: the resolver's event loop.
struct ResolverCache {
    private struct Entry {
        let endpoints: [InetEndpoint]
        let until: MonotonicInstant
    }

    /// Seconds that an answer is kept: RFC 3263 follows DNS; these bounds keep a busy name from being asked for
    /// each call, and a moved one from being missed for long.
    private static let known: ClosedRange<UInt32> = 5...3_600
    private static let unknown: UInt32 = 60
    private static let absent: UInt32 = 10
    private static let failed: UInt32 = 3

    private let capacity: Int
    private var entries: [ResolverQuery: Entry] = [:]

    init(capacity: Int) { self.capacity = capacity }

    func endpoints(for query: ResolverQuery, now: MonotonicInstant) -> [InetEndpoint]? {
        guard let entry = entries[query], entry.until > now else { return nil }
        return entry.endpoints
    }

    /// Keeps an answer and says what holds now: after a failure that is what was known before.
    mutating func store(
        _ answer: ResolverQuery.Answer, for query: ResolverQuery, now: MonotonicInstant
    ) -> [InetEndpoint] {
        let endpoints = answer.hasFailed ? entries[query]?.endpoints ?? [] : answer.endpoints
        makeRoom(for: query, now)
        entries[query] = Entry(endpoints: endpoints, until: now + .seconds(Int(Self.seconds(answer))))
        return endpoints
    }

    private static func seconds(_ answer: ResolverQuery.Answer) -> UInt32 {
        if answer.hasFailed { return failed }
        if answer.endpoints.isEmpty { return absent }
        return min(max(answer.ttl ?? unknown, known.lowerBound), known.upperBound)
    }

    private mutating func makeRoom(for query: ResolverQuery, _ now: MonotonicInstant) {
        guard entries.count >= capacity, entries[query] == nil else { return }
        entries = entries.filter { $0.value.until > now }
        while entries.count >= capacity, let oldest = entries.min(by: { $0.value.until < $1.value.until })?.key {
            entries[oldest] = nil
        }
    }
}
