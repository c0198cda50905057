package import NIOCore
import NIOPosix
package import Octets
package import SIPTransaction
package import Timing

/// Host names to endpoints. RFC 3263, without NAPTR: SRV, then addresses.
///
/// Owner: one event loop; every method is called on it and every answer comes on it, never before `resolve` has
/// returned. The look-ups wait on threads of their own; questions beyond the bound are answered with nothing.
package final class NameResolver {
    package typealias Completion = ([InetEndpoint]) -> Void

    private let loop: any EventLoop
    private let clock: () -> MonotonicInstant
    private let lookups: LookupFunctions
    private let pool: NIOThreadPool
    private let queryLimit: Int
    private var cache: ResolverCache
    private var waiting: [ResolverQuery: [Completion]] = [:]

    /// - Parameters:
    ///   - threads: look-ups at a time.
    ///   - queryLimit: different questions that may wait.
    ///   - capacity: answers that are kept.
    package init(
        loop: any EventLoop, clock: @escaping () -> MonotonicInstant, lookups: LookupFunctions = .system,
        threads: Int = 4, queryLimit: Int = 256, capacity: Int = 1_024
    ) {
        self.loop = loop
        self.clock = clock
        self.lookups = lookups
        self.queryLimit = queryLimit
        cache = ResolverCache(capacity: capacity)
        pool = NIOThreadPool(numberOfThreads: threads)
        pool.start()
    }

    /// Finds where a host is reached, the best place first.
    /// - Parameters:
    ///   - host: a name, or an address with or without brackets.
    ///   - port: nil lets SRV or the transport's default decide.
    ///   - completion: called once; nothing found is an empty list.
    package func resolve(
        host: String, port: UInt16?, transport: TransportKind?, _ completion: @escaping Completion
    ) {
        if let address = InetAddress(text: host) {
            let endpoint = InetEndpoint(address: address, port: port ?? (transport ?? .udp).defaultPort)
            return later([endpoint], completion)
        }
        let name = host.hasSuffix(".") ? String(host.dropLast()) : host
        guard !name.isEmpty, name.utf8.count <= 253 else { return later([], completion) }
        let query = ResolverQuery(host: name.lowercased(), port: port, transport: transport)
        if let known = cache.endpoints(for: query, now: clock()) { return later(known, completion) }
        if waiting[query] != nil {
            waiting[query]?.append(completion)
        } else if waiting.count < queryLimit {
            waiting[query] = [completion]
            ask(query)
        } else {
            later([], completion)
        }
    }

    /// Ends the threads, when the look-ups under way have ended.
    package func stop() { pool.shutdownGracefully { _ in } }

    private func later(_ endpoints: [InetEndpoint], _ completion: @escaping Completion) {
        loop.assumeIsolated().execute { completion(endpoints) }
    }

    private func ask(_ query: ResolverQuery) {
        let lookups = lookups
        pool.runIfActive(eventLoop: loop) { query.answer(lookups) }.assumeIsolated().whenComplete { [self] result in
            let answer = (try? result.get()) ?? ResolverQuery.Answer(endpoints: [], hasFailed: true)
            let endpoints = cache.store(answer, for: query, now: clock())
            for completion in waiting.removeValue(forKey: query) ?? [] { completion(endpoints) }
        }
    }
}
