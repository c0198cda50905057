import CLinux
import NIOCore
import NIOPosix
import Octets
import SIPTransaction
import SIPTransport
import Synchronization
import Testing
import Timing

@Suite("RFC 3263 names to endpoints", .timeLimit(.minutes(1)))
struct RFC3263_Resolver {
    /// A resolver on a loop, a clock that tests set, and how often it asked.
    private final class Bench: Sendable {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let seconds = Mutex<Int>(0)
        let asked = Mutex<[String]>([])
        let fails = Mutex<Bool>(false)
        let names: [String: [String]]
        let services: [String: [ServiceRecord]]

        init(names: [String: [String]] = [:], services: [String: [ServiceRecord]] = [:]) {
            self.names = names
            self.services = services
        }

        func makeResolver(queryLimit: Int = 256, capacity: Int = 16) async throws -> NIOLoopBound<NameResolver> {
            let lookups = LookupFunctions(
                addresses: { [self] host in
                    asked.withLock { $0.append(host) }
                    if fails.withLock({ $0 }) { return .failed }
                    let found = (names[host] ?? []).compactMap { InetAddress(text: $0) }
                    return found.isEmpty ? .absent : .found(found, ttl: nil)
                },
                services: { [self] name in
                    asked.withLock { $0.append(name) }
                    return services[name].map { .found($0, ttl: 30) } ?? .absent
                })
            return try await loop.submit { [self] in
                let resolver = NameResolver(
                    loop: loop,
                    clock: { [self] in MonotonicInstant(nanoseconds: 0) + .seconds(seconds.withLock { $0 }) },
                    lookups: lookups, queryLimit: queryLimit, capacity: capacity)
                return NIOLoopBound(resolver, eventLoop: loop)
            }.get()
        }
    }

    private func resolve(
        _ resolver: NIOLoopBound<NameResolver>, _ host: String, _ port: UInt16? = nil, _ kind: TransportKind? = nil
    ) async throws -> [String] {
        let promise = resolver.eventLoop.makePromise(of: [InetEndpoint].self)
        resolver.eventLoop.execute {
            resolver.value.resolve(host: host, port: port, transport: kind) { promise.succeed($0) }
        }
        return try await promise.futureResult.get().map(\.description)
    }

    @Test("§4.2: an address needs no look-up; the port is the transport's")
    func literal() async throws {
        let bench = Bench()
        let resolver = try await bench.makeResolver()
        #expect(try await resolve(resolver, "192.0.2.1") == ["192.0.2.1:5060"])
        #expect(try await resolve(resolver, "[2001:db8::1]", 5070) == ["[2001:db8::1]:5070"])
        #expect(try await resolve(resolver, "192.0.2.1", nil, .tls) == ["192.0.2.1:5061"])
        #expect(bench.asked.withLock { $0 }.isEmpty)
    }

    @Test("§4.2: without a port SRV comes first, by priority; a target that has no address is passed over")
    func services() async throws {
        let bench = Bench(
            names: ["a.example.com": ["192.0.2.1", "2001:db8::1"], "b.example.com": ["192.0.2.2"]],
            services: [
                "_sip._tcp.example.com": [
                    ServiceRecord(priority: 20, weight: 0, port: 5062, target: "b.example.com"),
                    ServiceRecord(priority: 10, weight: 5, port: 5061, target: "a.example.com"),
                    ServiceRecord(priority: 15, weight: 5, port: 1, target: "gone.example.com"),
                ]
            ])
        let resolver = try await bench.makeResolver()
        let found = try await resolve(resolver, "Example.COM.", nil, .tcp)
        #expect(found == ["192.0.2.1:5061", "[2001:db8::1]:5061", "192.0.2.2:5062"])
    }

    @Test("§4.2: with a port, without SRV records, or for a single label: addresses")
    func addresses() async throws {
        let bench = Bench(names: ["example.com": ["192.0.2.9"], "host": ["127.0.0.1"]])
        let resolver = try await bench.makeResolver()
        #expect(try await resolve(resolver, "example.com", 5080) == ["192.0.2.9:5080"])
        #expect(bench.asked.withLock { $0 } == ["example.com"])
        #expect(try await resolve(resolver, "example.com") == ["192.0.2.9:5060"])
        #expect(bench.asked.withLock { $0 } == ["example.com", "_sip._udp.example.com", "example.com"])
        #expect(try await resolve(resolver, "host") == ["127.0.0.1:5060"])
        #expect(bench.asked.withLock { $0 }.last == "host")
    }

    @Test("answers are kept for their time, the empty one for ten seconds")
    func cache() async throws {
        let bench = Bench(names: ["host": ["192.0.2.1"]])
        let resolver = try await bench.makeResolver()
        for _ in 1...3 {
            _ = try await resolve(resolver, "host")
            #expect(try await resolve(resolver, "none").isEmpty)
        }
        #expect(bench.asked.withLock { $0 } == ["host", "none"])
        bench.seconds.withLock { $0 = 11 }
        _ = try await resolve(resolver, "host")
        _ = try await resolve(resolver, "none")
        #expect(bench.asked.withLock { $0 } == ["host", "none", "none"])
        bench.seconds.withLock { $0 = 61 }
        _ = try await resolve(resolver, "host")
        #expect(bench.asked.withLock { $0 }.last == "host")
    }

    @Test("when no server answers, what was known holds on")
    func failure() async throws {
        let bench = Bench(names: ["host": ["192.0.2.1"]])
        let resolver = try await bench.makeResolver()
        _ = try await resolve(resolver, "host")
        bench.fails.withLock { $0 = true }
        bench.seconds.withLock { $0 = 3_601 }
        #expect(try await resolve(resolver, "host") == ["192.0.2.1:5060"])
        #expect(try await resolve(resolver, "other").isEmpty)
    }

    @Test("questions asked together are asked once; those beyond the bound are answered with nothing")
    func bounds() async throws {
        let bench = Bench(names: ["host": ["192.0.2.1"]])
        let resolver = try await bench.makeResolver(queryLimit: 1)
        let counts = try await bench.loop.flatSubmit {
            let promises = (0..<3).map { _ in resolver.eventLoop.makePromise(of: Int.self) }
            for (promise, host) in zip(promises, ["host", "host", "more"]) {
                resolver.value.resolve(host: host, port: nil, transport: nil) { promise.succeed($0.count) }
            }
            return EventLoopFuture.whenAllSucceed(promises.map(\.futureResult), on: resolver.eventLoop)
        }.get()
        #expect(counts == [1, 1, 0])
        #expect(bench.asked.withLock { $0 } == ["host"])
    }

    @Test("the system's own resolver knows localhost, and no name that is none")
    func system() {
        guard case .found(let addresses, _) = LookupFunctions.system.addresses("localhost") else {
            Issue.record("localhost is unknown")
            return
        }
        #expect(!addresses.contains { !$0.isLoopback })
        if case .found = LookupFunctions.system.addresses("no such name") { Issue.record("found") }
    }
}
