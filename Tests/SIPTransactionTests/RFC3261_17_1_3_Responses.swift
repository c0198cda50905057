import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.1.3, §17.1.1.3, §9.1: responses find their requests")
struct RFC3261_17_1_3_Responses {
    @Test("the top Via is ours: cookie, rport, sent-by of the listener")
    func via() throws {
        var bench = LayerBench()
        _ = bench.start(.options)
        let request = try #require(try bench.takeSentRequests().first)
        let via = try request.topVia()
        #expect(via.transport == "UDP")
        #expect(via.sentBy == "192.0.2.1:5060")
        #expect(via.hasMagicCookie)
        #expect(via.wantsRport)
    }

    @Test("every transaction has its own branch")
    func branches() throws {
        var bench = LayerBench()
        for _ in 0..<50 { _ = bench.start(.options) }
        let branches = try bench.takeSentRequests().map { try $0.topVia().branch }
        #expect(Set(branches).count == 50)
    }

    @Test("branch and CSeq method together match; a forged branch does not")
    func match() throws {
        var bench = LayerBench()
        _ = bench.start(.options)
        let request = try #require(try bench.takeSentRequests().first)
        let good = LayerBench.answer(request, 200)
        let branch = try #require(try request.topVia().branch)
        try bench.receive(good.replacing(branch, with: branch.dropLast() + "0z"))
        try bench.receive(good.replacing("7 OPTIONS", with: "7 INFO"))
        #expect(bench.effects.isEmpty)
        #expect(bench.layer.counts.strayResponses == 2)
        try bench.receive(good)
        #expect(bench.effects.responses.map(\.status) == [200])
    }

    @Test("the ACK of a refusal: same branch, Request-URI, route, From, Call-ID, number; To of the response")
    func acknowledgement() throws {
        var bench = LayerBench()
        _ = bench.start(.invite)
        let invite = try #require(try bench.takeSentRequests().first)
        try bench.receive(LayerBench.answer(invite, 486, toTag: "busy"))
        let ack = try #require(try bench.takeSentRequests().first)
        #expect(ack.method == .ack)
        #expect(ack.uri == invite.uri)
        #expect(try ack.topVia().branch == invite.topVia().branch)
        #expect(ack.fields.count(of: .via) == 1)
        #expect(ack.fields.all(.route) == invite.fields.all(.route))
        #expect(ack.from == invite.from)
        #expect(ack.callID == invite.callID)
        #expect(ack.cseq == CSeqField(7, .ack))
        #expect(ack.to?.tag == "busy")
        #expect(ack.maxForwards == 70)
        #expect(ack.body.isEmpty)
    }

    @Test("a repeated refusal is acknowledged again and delivered once")
    func repeatedRefusal() throws {
        var bench = LayerBench()
        _ = bench.start(.invite)
        let invite = try #require(try bench.takeSentRequests().first)
        for _ in 0..<3 { try bench.receive(LayerBench.answer(invite, 486)) }
        #expect(bench.effects.responses.count == 1)
        #expect(try bench.takeSentRequests().count { $0.method == .ack } == 3)
    }

    @Test("CANCEL waits for a provisional response, has the INVITE's branch, number and route, and its own answer")
    func cancel() throws {
        var bench = LayerBench()
        let id = bench.start(.invite)
        let invite = try #require(try bench.takeSentRequests().first)
        #expect(bench.layer.cancel(id, now: bench.now, into: &bench.effects) == nil)
        try bench.receive(LayerBench.answer(invite, 180))
        _ = bench.takeEffects()
        let cancelID = bench.layer.cancel(
            id, headers: [(.reason, "SIP;cause=200")], now: bench.now, into: &bench.effects)
        #expect(cancelID != nil)
        #expect(bench.layer.cancel(id, now: bench.now, into: &bench.effects) == nil)
        let cancel = try #require(try bench.takeSentRequests().first)
        #expect(cancel.method == .cancel)
        #expect(try cancel.topVia() == invite.topVia())
        #expect(cancel.cseq == CSeqField(7, .cancel))
        #expect(cancel.to == invite.to)
        #expect(cancel.fields.all(.route) == invite.fields.all(.route))
        #expect(cancel.fields.first(.reason) == "SIP;cause=200")
        try bench.receive(LayerBench.answer(cancel, 200))
        try bench.receive(LayerBench.answer(invite, 487))
        #expect(bench.effects.responses.map(\.cseq?.method) == [.cancel, .invite])
    }

    @Test("64·T1 after a CANCEL without 487 the INVITE fails")
    func cancelWithoutFinal() throws {
        var bench = LayerBench()
        let id = bench.start(.invite)
        let invite = try #require(try bench.takeSentRequests().first)
        try bench.receive(LayerBench.answer(invite, 180))
        bench.advance(.seconds(100))
        #expect(bench.effects.failures.isEmpty)
        let cancel = bench.layer.cancel(id, now: bench.now, into: &bench.effects)
        #expect(cancel != nil)
        bench.advance(.seconds(32))
        #expect(bench.effects.failures == [.timeout, .timeout])
        #expect(bench.layer.clientCount == 0)
    }

    @Test("2xx without a transaction is shown; other strays are counted")
    func stray() throws {
        var bench = LayerBench()
        _ = bench.start(.invite)
        let invite = try #require(try bench.takeSentRequests().first)
        try bench.receive(LayerBench.answer(invite, 200))
        bench.advance(.seconds(33))
        _ = bench.takeEffects()
        #expect(bench.layer.clientCount == 0)
        try bench.receive(LayerBench.answer(invite, 200, toTag: "late"))
        try bench.receive(LayerBench.answer(invite, 486))
        guard case .stray2xx(let response, _)? = bench.effects.first else {
            Issue.record("no stray 2xx")
            return
        }
        #expect(response.to?.tag == "late")
        #expect(bench.effects.count == 1)
        #expect(bench.layer.counts.strayResponses == 1)
    }

    @Test("2xx of several branches and repetitions all go up until timer M")
    func forked2xx() throws {
        var bench = LayerBench()
        _ = bench.start(.invite)
        let invite = try #require(try bench.takeSentRequests().first)
        for tag in ["one", "two", "one"] { try bench.receive(LayerBench.answer(invite, 200, toTag: tag)) }
        #expect(bench.effects.responses.map { $0.to?.tag } == ["one", "two", "one"])
        #expect(try bench.takeSent().isEmpty)
    }

    @Test("an unanswered request: 7 INVITEs, 11 others in 32 s, then failure and nothing kept")
    func retransmissions() throws {
        var bench = LayerBench()
        _ = bench.start(.invite)
        bench.advance(.seconds(40))
        #expect(bench.effects.failures == [.timeout])
        #expect(try bench.takeSentRequests().count == 7)
        _ = bench.start(.options)
        bench.advance(.seconds(40))
        #expect(bench.effects.failures == [.timeout])
        #expect(try bench.takeSentRequests().count == 11)
        #expect(bench.layer.clientCount == 0)
        #expect(bench.layer.nextDeadline == nil)
    }

    @Test("the ACK of a 2xx has a branch of its own and leaves nothing behind")
    func statelessAck() throws {
        var bench = LayerBench()
        var ack = SIPRequest(method: .ack, uri: .sip(SIPURI(user: "bob", host: "example.com")))
        ack.fields.append(.from, "<sip:alice@example.com>;tag=a1")
        ack.fields.append(.to, "<sip:bob@example.com>;tag=b1")
        ack.fields.append(.callID, "call-1")
        ack.fields.append(.cseq, "7 ACK")
        bench.layer.sendStateless(ack, to: LayerBench.hop(), into: &bench.effects)
        let sent = try #require(try bench.takeSentRequests().first)
        #expect(try sent.topVia().hasMagicCookie)
        #expect(bench.layer.clientCount == 0)
        #expect(bench.layer.nextDeadline == nil)
    }
}
