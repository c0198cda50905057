import NIOCore
import Octets
import SIPMessage
import SIPTransaction
import SIPTransport
import Testing
import Timing

@Suite("RFC 3261 §18 over TCP", .timeLimit(.minutes(1)))
struct RFC3261_18_Streams {
    @Test("a connection is opened once and used both ways", arguments: ["127.0.0.1:0", "[::1]:0"])
    func roundTrip(text: String) async throws {
        let caller = try await Peer.start([text])
        let callee = try await Peer.start([text])
        for number in 1...3 {
            try await caller.send(Sample.options(number), caller.hop(.tcp, to: callee.endpoint(.tcp)))
            let (request, hop) = try await callee.nextRequest()
            #expect(request.cseq?.number == UInt32(number))
            #expect(hop.connection != 0)
            #expect(try hop.local == callee.endpoint(.tcp))
            #expect(try hop.remote.address == caller.endpoint(.tcp).address)
            try await callee.send(SIPResponse(to: request, status: 200).serialized(), hop)
            #expect(try await caller.nextResponse().0.cseq?.number == UInt32(number))
        }
        #expect(try await caller.with { $0.counts.opened } == 1)
        #expect(try await callee.with { $0.counts.accepted } == 1)
        try await callee.stop()
        try await caller.stop()
    }

    @Test("messages that wait for one connection arrive in order")
    func order() async throws {
        let caller = try await Peer.start(["127.0.0.1:0"])
        let callee = try await Peer.start(["127.0.0.1:0"])
        let hop = try caller.hop(.tcp, to: callee.endpoint(.tcp))
        try await caller.with { shell in
            for number in 1...50 { shell.send(Sample.options(number), hop) }
        }
        for number in 1...50 { #expect(try await callee.nextRequest().0.cseq?.number == UInt32(number)) }
        #expect(try await caller.with { $0.counts.opened } == 1)
    }

    @Test("a message is whole however it is cut")
    func segments() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"])
        let stream = try await RawStream.connect(to: peer.endpoint(.tcp))
        let octets = Sample.options(1, body: "hello") + Sample.options(2)
        for start in stride(from: 0, to: octets.count, by: 23) {
            try await stream.write(Array(octets[start..<min(start + 23, octets.count)]))
        }
        #expect(try await peer.nextRequest().0.body == Array("hello".utf8))
        #expect(try await peer.nextRequest().0.cseq?.number == 2)
    }

    @Test("RFC 5626 §4.4.1: a double CRLF is answered with one")
    func pong() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"])
        let stream = try await RawStream.connect(to: peer.endpoint(.tcp))
        try await stream.write([13, 10, 13, 10])
        #expect(await stream.read(2) == [13, 10])
    }

    @Test("§18.3: a stream that cannot be framed is answered and closed")
    func broken() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"])
        let stream = try await RawStream.connect(to: peer.endpoint(.tcp))
        let text = String(decoding: Sample.options(1), as: UTF8.self).replacing(
            "Content-Length: 0", with: "Content-Length: -1")
        try await stream.write(Array(text.utf8))
        guard case .problem(let problem, let hop) = try await peer.next() else {
            Issue.record("taken")
            return
        }
        #expect(problem.status == 400)
        #expect(problem.answerable != nil)
        #expect(hop.connection != 0)
        await stream.end()
    }

    @Test("connections are limited in all, and from one address")
    func limits() async throws {
        var settings = TransportSettings()
        settings.connectionsPerAddress = 2
        let peer = try await Peer.start(["127.0.0.1:0"], settings: settings)
        let endpoint = try peer.endpoint(.tcp)
        let kept = [try await RawStream.connect(to: endpoint), try await RawStream.connect(to: endpoint)]
        for stream in kept {
            try await stream.write([13, 10, 13, 10])
            #expect(await stream.read(2) == [13, 10])
        }
        let third = try await RawStream.connect(to: endpoint)
        await third.end()
        #expect(try await peer.with { $0.counts.connectionsRefused } == 1)
        try await kept[0].close()
        await kept[0].end()
    }

    @Test("a connection on which nothing was accepted ends when it idles; one with a registration stays")
    func idle() async throws {
        var settings = TransportSettings()
        // Long enough that a busy machine accepts the registration in time.
        settings.unprovenIdleLimit = .seconds(5)
        settings.sweepInterval = .milliseconds(20)
        let peer = try await Peer.start(["127.0.0.1:0"], settings: settings)
        let proven = try await RawStream.connect(to: peer.endpoint(.tcp))
        try await accept(.register, on: proven, by: peer)
        let idle = try await RawStream.connect(to: peer.endpoint(.tcp))
        try await accept(.options, on: idle, by: peer)
        await idle.end()
        try await proven.write([13, 10, 13, 10])
        #expect(await proven.read(2) == [13, 10])
        #expect(try await peer.with { $0.counts.closedIdle } == 1)
    }

    private func accept(_ method: SIPMethod, on stream: RawStream, by peer: Peer) async throws {
        try await stream.write(Sample.request(method, 1))
        let (request, hop) = try await peer.nextRequest()
        let answer = SIPResponse(to: request, status: 200).serialized()
        try await peer.send(answer, hop)
        #expect(await stream.read(answer.count) == answer)
    }

    @Test("a connection that is refused is a failure of its hop")
    func connectionRefused() async throws {
        let closed = try await Peer.start(["127.0.0.1:0"], [.tcp])
        let endpoint = try closed.endpoint(.tcp)
        try await closed.stop()
        let peer = try await Peer.start(["127.0.0.1:0"])
        try await peer.send(Sample.options(1), peer.hop(.tcp, to: endpoint))
        let hop = try await peer.nextFailure()
        #expect(hop.remote == endpoint)
        #expect(hop.connection == 0)
    }

    @Test("a far end that closes is a failure for requests sent to it")
    func closedPeer() async throws {
        let (server, endpoint, connections) = try await RawStream.listen()
        let peer = try await Peer.start(["127.0.0.1:0"])
        try await peer.send(Sample.options(1), peer.hop(.tcp, to: endpoint))
        let stream = try #require(await connections.first { _ in true })
        #expect(await stream.read(10).isEmpty == false)
        try await stream.close()
        let hop = try await peer.nextFailure()
        #expect(hop.remote == endpoint)
        #expect(hop.connection != 0)
        #expect(try await peer.with { $0.connectionCount } == 0)
        try await server.close().get()
    }

    @Test("§18.2.2: the response to a connection that is gone goes to sent-by")
    func fallback() async throws {
        let peer = try await Peer.start(["127.0.0.1:0"])
        let client = try await Peer.start(["127.0.0.1:0"])
        let stream = try await RawStream.connect(to: peer.endpoint(.tcp))
        try await stream.write(Sample.options(1, via: client.endpoint(.tcp).description))
        let (request, hop) = try await peer.nextRequest()
        try await stream.close()
        await stream.end()
        while try await peer.with({ $0.connectionCount }) > 0 { await Task.yield() }
        try await peer.send(SIPResponse(to: request, status: 200).serialized(), hop)
        #expect(try await client.nextResponse().0.status == 200)
    }

    @Test("a far end that does not read is closed, and what waited has failed")
    func notReading() async throws {
        let (server, endpoint, connections) = try await RawStream.listen(reading: false)
        var settings = TransportSettings()
        settings.pendingOctetLimit = 131_072
        let peer = try await Peer.start(["127.0.0.1:0"], settings: settings)
        let hop = peer.hop(.tcp, to: endpoint)
        try await peer.send(Sample.options(1), hop)
        let stream = try #require(await connections.first { _ in true })
        let body = String(repeating: "x", count: 60_000)
        var closed: UInt64 = 0
        for number in 2...2_000 where closed == 0 {
            try await peer.send(Sample.options(number, body: body), hop)
            closed = try await peer.with { $0.counts.closedFull }
        }
        #expect(closed == 1)
        #expect(try await peer.nextFailure().remote == endpoint)
        try await stream.close()
        try await server.close().get()
    }
}
