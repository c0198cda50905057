import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §18, RFC 3581: where messages go")
struct RFC3261_18_Transport {
    private func answerHop(_ text: String, from hop: Hop) throws -> (SIPResponse, Hop) {
        var bench = LayerBench()
        try bench.receive(text, from: hop)
        let found = try #require(bench.effects.requests.first)
        _ = bench.takeEffects()
        let response = SIPResponse(to: found.request, status: 200, toTag: "t")
        bench.layer.respond(found.id, response, now: bench.now, into: &bench.effects)
        let sent = try #require(try bench.takeSent().first)
        return (try #require(sent.message.response), sent.hop)
    }

    private let natted = LayerBench.endpoint("203.0.113.9:40000")

    @Test("with rport the response goes back to the source, which the Via notes")
    func rport() throws {
        let (response, hop) = try answerHop(PeerRequest.text("OPTIONS"), from: LayerBench.hop(.udp, natted))
        #expect(hop.remote == natted)
        let via = try response.topVia()
        #expect(via.rport == 40_000)
        #expect(via.received == "203.0.113.9")
    }

    @Test("without rport it goes to the source address and the port of sent-by")
    func withoutRport() throws {
        let (response, hop) = try answerHop(
            PeerRequest.text("OPTIONS", rport: false), from: LayerBench.hop(.udp, natted))
        #expect(hop.remote == LayerBench.endpoint("203.0.113.9:5062"))
        #expect(try response.topVia().received == "203.0.113.9")
        let (_, standard) = try answerHop(
            PeerRequest.text("OPTIONS", sentBy: "phone.example.net", rport: false),
            from: LayerBench.hop(.udp, natted))
        #expect(standard.remote.port == 5_060)
    }

    @Test("a source equal to sent-by is not noted")
    func sameSource() throws {
        let (response, _) = try answerHop(PeerRequest.text("OPTIONS", rport: false), from: LayerBench.hop())
        #expect(try response.topVia().received == nil)
    }

    @Test("over TCP it goes back on the connection")
    func connection() throws {
        let hop = LayerBench.hop(.tcp, natted, connection: 42)
        let text = PeerRequest.text("OPTIONS", rport: false).replacing("SIP/2.0/UDP", with: "SIP/2.0/TCP")
        let (_, found) = try answerHop(text, from: hop)
        #expect(found == hop)
    }

    @Test("maddr is followed to a multicast group and nowhere else")
    func maddr() throws {
        let group = PeerRequest.text("OPTIONS", sentBy: "198.51.100.7:5062;maddr=224.2.0.1", rport: false)
        #expect(try answerHop(group, from: LayerBench.hop()).1.remote == LayerBench.endpoint("224.2.0.1:5062"))
        let victim = PeerRequest.text("OPTIONS", sentBy: "198.51.100.7:5062;maddr=192.0.2.99", rport: false)
        #expect(try answerHop(victim, from: LayerBench.hop()).1.remote == LayerBench.peer)
    }

    @Test("a request above the limit goes over TCP, and back over UDP when that fails")
    func longRequest() throws {
        var bench = LayerBench()
        _ = bench.start(.invite, body: 2_000)
        let first = try #require(try bench.takeSent().first)
        #expect(first.hop.transport == .tcp)
        #expect(try first.message.request?.topVia().transport == "TCP")
        bench.layer.transportFailed(LayerBench.hop(.tcp), now: bench.now, into: &bench.effects)
        #expect(bench.effects.failures.isEmpty)
        let second = try #require(try bench.takeSent().first)
        #expect(second.hop == LayerBench.hop())
        let invite = try #require(second.message.request)
        #expect(try invite.topVia().transport == "UDP")
        try bench.receive(LayerBench.answer(invite, 486))
        let ack = try #require(try bench.takeSent().first)
        #expect(ack.hop == LayerBench.hop())
        #expect(try ack.message.request?.topVia() == invite.topVia())
    }

    @Test("a request that may not change its transport stays on UDP")
    func pinned() throws {
        var bench = LayerBench()
        var request = SIPRequest(
            method: .message, uri: .sip(SIPURI(host: "example.com")), body: [UInt8](repeating: 65, count: 2_000))
        request.fields.append(.cseq, "1 MESSAGE")
        bench.layer.start(
            request, to: LayerBench.hop(), mayChangeTransport: false, now: bench.now, into: &bench.effects)
        guard case .send(_, let hop)? = bench.effects.first else {
            Issue.record("nothing sent")
            return
        }
        #expect(hop.transport == .udp)
    }

    @Test("a lost connection fails what was sent over it, and nothing else")
    func lostConnection() throws {
        var bench = LayerBench()
        let lost = bench.start(.options, over: LayerBench.hop(.tcp, connection: 1))
        _ = bench.start(.options, over: LayerBench.hop(.tcp, connection: 2))
        _ = bench.start(.options)
        _ = bench.takeEffects()
        bench.layer.transportFailed(LayerBench.hop(.tcp, connection: 1), now: bench.now, into: &bench.effects)
        #expect(bench.effects.count == 1)
        guard case .failed(lost, .transport)? = bench.effects.first else {
            Issue.record("another transaction failed")
            return
        }
        #expect(bench.layer.clientCount == 2)
    }
}
