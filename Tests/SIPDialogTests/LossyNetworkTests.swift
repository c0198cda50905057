import Octets
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// Two phones and a network that loses, doubles and reorders datagrams; all chance from a seed.
private struct LossyNetwork {
    var a: Phone
    var b: Phone
    var now = MonotonicInstant.start
    private var flying = DeadlineQueue<Int>()
    private var datagrams: [Int: (octets: [UInt8], from: InetEndpoint, to: InetEndpoint)] = [:]
    private var actions: [(at: MonotonicInstant, perform: (inout LossyNetwork) -> Void)] = []
    private var state: UInt64
    private var serial = 0
    private let lossPercent: Int

    init(seed: UInt64, lossPercent: Int) {
        a = Phone(InetEndpoint(text: "192.0.2.1:5060") ?? .unspecified, tag: "a", seed: seed)
        b = Phone(InetEndpoint(text: "192.0.2.2:5060") ?? .unspecified, tag: "b", seed: ~seed)
        state = seed &* 2_862_933_555_777_941_757 &+ 3_037_000_493
        self.lossPercent = lossPercent
    }

    mutating func draw(_ bound: Int) -> Int {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Int(state >> 33) % bound
    }

    mutating func at(_ milliseconds: Int, _ perform: @escaping (inout LossyNetwork) -> Void) {
        actions.append((.start + .milliseconds(milliseconds), perform))
        actions.sort { $0.at < $1.at }
    }

    /// Runs until nothing is left to do, or for ten minutes.
    mutating func run() throws {
        let limit = MonotonicInstant.start + .seconds(600)
        while let next = [actions.first?.at, flying.next, a.nextDeadline, b.nextDeadline].compactMap(\.self).min(),
            next <= limit
        {
            now = max(now, next)
            if let first = actions.first, first.at <= now {
                actions.removeFirst()
                first.perform(&self)
            }
            while let index = flying.popDue(now: now) { try deliver(index) }
            a.fire(now: now)
            b.fire(now: now)
            collect()
        }
    }

    private mutating func deliver(_ index: Int) throws {
        guard let datagram = datagrams.removeValue(forKey: index) else { return }
        let message = try MessageParser.parse(datagram: datagram.octets)
        if datagram.to == a.endpoint {
            a.receive(message, from: datagram.from, now: now)
        } else if datagram.to == b.endpoint {
            b.receive(message, from: datagram.from, now: now)
        } else {
            Issue.record("a datagram to nobody")
        }
        collect()
    }

    private mutating func collect() {
        let all = a.outbox.map { ($0.octets, a.endpoint, $0.to) } + b.outbox.map { ($0.octets, b.endpoint, $0.to) }
        a.outbox = []
        b.outbox = []
        for datagram in all {
            let copies = draw(100) < lossPercent ? 0 : draw(100) < 10 ? 2 : 1
            for _ in 0..<copies {
                serial += 1
                datagrams[serial] = datagram
                flying.arm(serial, at: now + .milliseconds(5 + draw(300)))
            }
        }
    }
}

@Suite("Two user agents over a network that loses, doubles and reorders")
struct LossyNetworkTests {
    private func call(seed: UInt64, loss: Int, _ plan: (inout LossyNetwork) -> Void) throws -> LossyNetwork {
        var network = LossyNetwork(seed: seed, lossPercent: loss)
        network.at(0) { $0.a.call($0.b.endpoint, now: $0.now) }
        plan(&network)
        try network.run()
        return network
    }

    /// Whatever happened, it is over on both sides, told once, and nothing is kept.
    private func checkOver(_ network: LossyNetwork, _ seed: UInt64) {
        var network = network
        for phone in [network.a, network.b] where phone.session != nil {
            #expect(phone.told.last == "terminated", "seed \(seed): \(phone.told)")
            #expect(phone.told.count { $0 == "terminated" } == 1, "seed \(seed)")
            #expect(phone.told.count { $0.hasPrefix("ended") || $0.hasPrefix("failed") } <= 1, "seed \(seed)")
            #expect(phone.layer.clientCount == 0 && phone.layer.serverCount == 0, "seed \(seed)")
        }
        #expect(network.a.nextDeadline == nil && network.b.nextDeadline == nil, "seed \(seed)")
    }

    @Test("without loss each side is told in order")
    func clean() throws {
        let network = try call(seed: 1, loss: 0) { network in
            network.at(1_000) { $0.b.handle(.progress(status: 180, reason: nil, body: nil, headers: []), now: $0.now) }
            network.at(2_000) { $0.b.handle(.accept(body: Leg.answer, headers: []), now: $0.now) }
            network.at(9_000) { $0.a.handle(.bye(reason: []), now: $0.now) }
        }
        checkOver(network, 1)
        #expect(network.a.told == ["progress 180", "answered", "ended local", "terminated"])
        #expect(network.b.told == ["incoming", "acknowledged", "ended remote", "terminated"])
    }

    @Test("answered calls end on both sides, a third of all datagrams lost", arguments: 0..<150)
    func answered(_ number: Int) throws {
        let seed = UInt64(number) &* 7_919
        let network = try call(seed: seed, loss: 33) { network in
            network.at(3_000) { $0.b.handle(.accept(body: Leg.answer, headers: []), now: $0.now) }
            network.at(50_000) { network in
                if number.isMultiple(of: 2) {
                    network.a.handle(.bye(reason: []), now: network.now)
                } else {
                    network.b.handle(.bye(reason: []), now: network.now)
                }
            }
            network.at(51_000) { $0.a.handle(.bye(reason: []), now: $0.now) }
            network.at(90_000) { $0.b.handle(.reject(status: 480, reason: nil, headers: []), now: $0.now) }
        }
        checkOver(network, seed)
    }

    @Test("CANCEL at any moment of an answer: no side is left in a call", arguments: 0..<150)
    func cancelled(_ number: Int) throws {
        let seed = UInt64(number) &* 104_729
        let network = try call(seed: seed, loss: number % 3 * 15) { network in
            network.at(1_500) { $0.b.handle(.accept(body: Leg.answer, headers: []), now: $0.now) }
            network.at(1_000 + 10 * number) { $0.a.handle(.cancel(reason: []), now: $0.now) }
            // Whoever still believes in a call hangs up in the end.
            network.at(80_000) { $0.b.handle(.bye(reason: []), now: $0.now) }
        }
        checkOver(network, seed)
        #expect(!network.a.told.contains("answered") || network.a.told.contains("ended local"), "seed \(seed)")
    }

    @Test("re-INVITEs of both sides at once come to an end, and so does the call", arguments: 0..<100)
    func glare(_ number: Int) throws {
        let seed = UInt64(number) &* 1_299_709
        let network = try call(seed: seed, loss: number % 2 * 20) { network in
            network.at(500) { $0.b.handle(.accept(body: Leg.answer, headers: []), now: $0.now) }
            network.at(40_000) { $0.a.handle(.reinvite(body: Leg.offer), now: $0.now) }
            network.at(40_000 + number) { $0.b.handle(.reinvite(body: Leg.offer), now: $0.now) }
            network.at(120_000) { $0.a.handle(.bye(reason: []), now: $0.now) }
            network.at(120_000 + number) { $0.b.handle(.bye(reason: []), now: $0.now) }
        }
        checkOver(network, seed)
        if number.isMultiple(of: 2) {
            let changed = network.a.told + network.b.told
            #expect(changed.contains("reinviteAnswered"), "seed \(seed): \(changed)")
        }
    }
}
