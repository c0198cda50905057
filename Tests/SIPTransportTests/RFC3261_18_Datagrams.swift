import Octets
import SIPMessage
import SIPTransaction
import SIPTransport
import Testing

@Suite("RFC 3261 §18 over UDP", .timeLimit(.minutes(1)))
struct RFC3261_18_Datagrams {
    @Test("a request and its response, in both families", arguments: ["127.0.0.1:0", "[::1]:0"])
    func roundTrip(text: String) async throws {
        let caller = try await Peer.start([text])
        let callee = try await Peer.start([text])
        try await caller.send(Sample.options(1), caller.hop(.udp, to: callee.endpoint(.udp)))
        let (request, hop) = try await callee.nextRequest()
        #expect(try hop.remote == caller.endpoint(.udp))
        #expect(try hop.local == callee.endpoint(.udp))
        try await callee.send(SIPResponse(to: request, status: 200).serialized(), hop)
        let (response, back) = try await caller.nextResponse()
        #expect(response.status == 200)
        #expect(try back.remote == callee.endpoint(.udp))
        try await caller.stop()
        try await callee.stop()
    }

    @Test("an answer leaves the listener that the request came to")
    func symmetric() async throws {
        let caller = try await Peer.start(["127.0.0.1:0"], [.udp])
        let callee = try await Peer.start(["127.0.0.1:0", "127.0.0.2:0", "127.0.0.3:0"], [.udp])
        let second = try callee.endpoint(.udp, 1)
        try await caller.send(Sample.options(1), caller.hop(.udp, to: second))
        let (request, hop) = try await callee.nextRequest()
        #expect(hop.local == second)
        try await callee.send(SIPResponse(to: request, status: 200).serialized(), hop)
        #expect(try await caller.nextResponse().1.remote == second)
    }

    @Test("a datagram of 60,000 octets is whole")
    func large() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"], [.udp])
        let octets = Sample.options(1, body: String(repeating: "x", count: 60_000))
        try await peer.send(octets, peer.hop(.udp, to: peer.endpoint(.udp)))
        #expect(try await peer.nextRequest().0.body.count == 60_000)
    }

    @Test("a thousand datagrams in one turn of the loop all arrive")
    func batch() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"], [.udp])
        let hop = try peer.hop(.udp, to: peer.endpoint(.udp))
        try await peer.with { shell in
            for number in 1...1_000 { shell.send(Sample.options(number), hop) }
        }
        var numbers: Set<UInt32> = []
        for _ in 1...1_000 { numbers.insert(try #require(try await peer.nextRequest().0.cseq?.number)) }
        #expect(numbers.count == 1_000)
        #expect(try await peer.with { $0.counts.datagramsOut } == 1_000)
    }

    @Test("a datagram that the kernel refuses is reported, and the socket lives on")
    func refused() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"], [.udp])
        let unreachable = try #require(InetEndpoint(text: "192.0.2.1:5060"))
        let bad = peer.hop(.udp, to: unreachable)
        let good = try peer.hop(.udp, to: peer.endpoint(.udp))
        try await peer.with { shell in
            shell.send(Sample.options(1), bad)
            shell.send(Sample.options(2), good)
        }
        var failed: Hop?
        var arrived: UInt32?
        for _ in 1...2 {
            switch try await peer.next() {
            case .failed(let hop): failed = hop
            case .message(let message, _): arrived = SIPMessageNumber.of(message)
            case .problem: Issue.record("malformed")
            }
        }
        #expect(failed == bad)
        #expect(arrived == 2)
    }

    @Test("no listener of the family, no port: reported, not sent")
    func noWay() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"], [.udp])
        let other = peer.hop(.udp, to: try #require(InetEndpoint(text: "[::1]:5060")))
        try await peer.send(Sample.options(1), other)
        #expect(try await peer.nextFailure() == other)
        let tls = peer.hop(.tls, to: try peer.endpoint(.udp))
        try await peer.send(Sample.options(1), tls)
        #expect(try await peer.nextFailure() == tls)
    }

    @Test("what is malformed comes with what an answer needs; keep-alives and STUN come not at all")
    func malformed() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"], [.udp])
        let hop = try peer.hop(.udp, to: peer.endpoint(.udp))
        try await peer.send([13, 10, 13, 10], hop)
        try await peer.send([0, 0, 0, 0], hop)
        try await peer.send([0, 1, 0, 0, 0x21, 0x12, 0xA4, 0x42] + [UInt8](repeating: 7, count: 12), hop)
        try await peer.send(
            Array(String(decoding: Sample.options(1), as: UTF8.self).replacing("CSeq: 1", with: "CSeq: x").utf8), hop)
        guard case .problem(let problem, let from) = try await peer.next() else {
            Issue.record("taken")
            return
        }
        #expect(problem.status == 400)
        #expect(problem.answerable != nil)
        #expect(from.remote == hop.remote)
        let counts = try await peer.with { $0.counts }
        #expect(counts.keepAlives == 2)
        #expect(counts.ignored == 1)
    }

    @Test("the filter drops before parsing")
    func filter() async throws {
        let peer = try await Peer.start(["127.0.0.1:0", "127.0.0.2:0"], [.udp]) {
            $0.remote.address != .ipv4(0x7F00_0002)
        }
        let target = try peer.endpoint(.udp)
        try await peer.send(Sample.options(1), peer.hop(.udp, to: target, local: peer.endpoint(.udp, 1)))
        try await peer.send(Sample.options(2), peer.hop(.udp, to: target, local: target))
        #expect(try await peer.nextRequest().0.cseq?.number == 2)
        #expect(try await peer.with { $0.counts.filtered } == 1)
    }

    @Test("a port in use is a problem that says so", arguments: [TransportKind.udp, .tcp])
    func portInUse(kind: TransportKind) async throws {
        let first = try await Peer.start(["127.0.0.1:0"], [kind])
        let taken = try first.endpoint(kind)
        let address = ListenerAddress(transport: kind, endpoint: taken)
        await #expect(throws: TransportProblem.cannotListen(address, errno: 98)) {
            try await Peer.start([taken.description], [kind])
        }
    }
}

enum SIPMessageNumber {
    static func of(_ message: ParsedMessage) -> UInt32? {
        switch message {
        case .request(let request): request.cseq?.number
        case .response(let response): response.cseq?.number
        }
    }
}
