import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.2.3, §9.2, §8.2.2.2: requests find their transactions")
struct RFC3261_17_2_3_Requests {
    private func respond(
        _ bench: inout LayerBench, _ request: SIPRequest, _ id: ServerTransactionID, _ status: Int,
        toTag: String = "t"
    ) {
        let response = SIPResponse(to: request, status: status, toTag: toTag)
        bench.layer.respond(id, response, now: bench.now, into: &bench.effects)
    }

    @Test("an INVITE opens one transaction, gets 100 at once, and its repetition gets it again")
    func invite() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE"))
        #expect(bench.effects.requests.count == 1)
        try bench.receive(PeerRequest.text("INVITE"))
        #expect(bench.effects.requests.count == 1)
        let sent = try bench.takeSentResponses()
        #expect(sent.map(\.status) == [100, 100])
        #expect(sent.first?.to?.tag == nil)
        #expect(bench.layer.counts.absorbedRequests == 1)
    }

    @Test("another branch, sent-by or method is another request")
    func distinct() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("OPTIONS", branch: "z9hG4bK-1"))
        try bench.receive(PeerRequest.text("OPTIONS", branch: "z9hG4bK-2", sequence: 2))
        try bench.receive(PeerRequest.text("OPTIONS", branch: "z9hG4bK-1", sentBy: "198.51.100.8", sequence: 3))
        try bench.receive(PeerRequest.text("INFO", branch: "z9hG4bK-1"))
        #expect(bench.effects.requests.count == 4)
        try bench.receive(PeerRequest.text("OPTIONS", branch: "z9hG4bK-1"))
        #expect(bench.effects.requests.count == 4)
    }

    @Test("the ACK of a refusal ends in its transaction; the ACK of a 2xx goes up")
    func acknowledgements() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-1"))
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-2", callID: "peer-2"))
        let requests = bench.effects.requests
        let refused = try #require(requests.first)
        let accepted = try #require(requests.last)
        respond(&bench, refused.request, refused.id, 486)
        respond(&bench, accepted.request, accepted.id, 200)
        try bench.receive(PeerRequest.text("ACK", branch: "z9hG4bK-1", toTag: "t"))
        #expect(bench.effects.acks.isEmpty)
        try bench.receive(PeerRequest.text("ACK", branch: "z9hG4bK-3", callID: "peer-2", toTag: "t"))
        #expect(bench.effects.acks.count == 1)
        // A client that reuses the INVITE's branch is told by the Accepted state.
        try bench.receive(PeerRequest.text("ACK", branch: "z9hG4bK-2", callID: "peer-2", toTag: "t"))
        #expect(bench.effects.acks.count == 2)
    }

    @Test("a refusal is repeated on timer G until ACK, and timer H reports its loss")
    func refusal() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE"))
        let found = try #require(bench.effects.requests.first)
        respond(&bench, found.request, found.id, 486)
        _ = bench.takeEffects()
        bench.advance(.seconds(40))
        let timeouts = bench.effects.filter { if case .serverTimeout(found.id) = $0 { true } else { false } }
        #expect(timeouts.count == 1)
        #expect(try bench.takeSentResponses().map(\.status) == Array(repeating: 486, count: 10))
        #expect(bench.layer.serverCount == 0)
    }

    @Test("a 2xx is repeated by its user, and not after timer L")
    func repeated2xx() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE"))
        let found = try #require(bench.effects.requests.first)
        respond(&bench, found.request, found.id, 200)
        respond(&bench, found.request, found.id, 200)
        _ = bench.takeEffects()
        try bench.receive(PeerRequest.text("INVITE"))
        #expect(bench.effects.isEmpty)
        respond(&bench, found.request, found.id, 200)
        bench.advance(.seconds(33))
        respond(&bench, found.request, found.id, 200)
        #expect(try bench.takeSentResponses().count == 1)
        #expect(bench.layer.counts.lateAnswers == 1)
        #expect(bench.layer.serverCount == 0)
    }

    @Test("CANCEL finds its INVITE by branch, and has a transaction of its own")
    func cancel() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE"))
        try bench.receive(PeerRequest.text("CANCEL"))
        try bench.receive(PeerRequest.text("CANCEL"))
        let invite = try #require(bench.effects.requests.first)
        #expect(bench.effects.cancels.count == 1)
        let cancel = try #require(bench.effects.cancels.first)
        #expect(cancel.invite == invite.id)
        #expect(cancel.id != invite.id)
        #expect(bench.layer.isPending(invite.id))
        _ = bench.takeEffects()
        respond(&bench, cancel.request, cancel.id, 200)
        respond(&bench, invite.request, invite.id, 487)
        #expect(!bench.layer.isPending(invite.id))
        #expect(try bench.takeSentResponses().map(\.status) == [200, 487])
    }

    @Test("CANCEL of an unknown INVITE names none")
    func strayCancel() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-1"))
        try bench.receive(PeerRequest.text("CANCEL", branch: "z9hG4bK-2"))
        let cancel = try #require(bench.effects.cancels.first)
        #expect(cancel.invite == nil)
    }

    @Test("the same request by two ways is merged; in a dialog, or after the first is gone, it is not")
    func merged() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-1"))
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-2"))
        let both = bench.effects.requests
        #expect(both.map { bench.layer.isMerged($0.id) } == [false, true])
        try bench.receive(PeerRequest.text("INFO", branch: "z9hG4bK-3", toTag: "t"))
        try bench.receive(PeerRequest.text("INFO", branch: "z9hG4bK-4", toTag: "t"))
        #expect(bench.effects.requests.suffix(2).map { bench.layer.isMerged($0.id) } == [false, false])
        for found in both { respond(&bench, found.request, found.id, 486) }
        bench.advance(.seconds(40))
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-5"))
        let later = try #require(bench.effects.requests.last)
        #expect(!bench.layer.isMerged(later.id))
    }

    @Test("an unanswered OPTIONS gets 100 after 3.5 s, and is given up after 32 s")
    func nonInviteTrying() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("OPTIONS"))
        _ = bench.takeEffects()
        bench.advance(.milliseconds(3_499))
        #expect(bench.effects.isEmpty)
        bench.advance(.milliseconds(1))
        #expect(try bench.takeSentResponses().map(\.status) == [100])
        bench.advance(.seconds(30))
        #expect(bench.layer.serverCount == 0)
    }

    @Test("a full table refuses new requests without state, but lets calls end")
    func overload() throws {
        var bench = LayerBench(serverLimit: 8)
        for number in 0..<8 {
            try bench.receive(PeerRequest.text("OPTIONS", branch: "z9hG4bK-\(number)", callID: "c\(number)"))
        }
        _ = bench.takeEffects()
        try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-x"))
        guard case .overload(let request, let hop)? = bench.effects.first else {
            Issue.record("not refused")
            return
        }
        #expect(bench.layer.serverCount == 8)
        let refusal = SIPResponse(to: request, status: 503, toTag: "o")
        bench.layer.respondStateless(refusal, to: request, from: hop, into: &bench.effects)
        #expect(try bench.takeSentResponses().map(\.status) == [503])
        try bench.receive(PeerRequest.text("BYE", branch: "z9hG4bK-y", toTag: "t"))
        #expect(bench.effects.requests.map(\.request.method) == [.bye])
        #expect(bench.layer.counts.overloaded == 1)
    }

    @Test("all tables are empty after a thousand transactions of each kind")
    func nothingLeft() throws {
        var bench = LayerBench(serverLimit: 10_000)
        for number in 0..<1_000 {
            try bench.receive(PeerRequest.text("INVITE", branch: "z9hG4bK-i\(number)", callID: "i\(number)"))
            try bench.receive(PeerRequest.text("OPTIONS", branch: nil, callID: "o\(number)"))
            _ = bench.start(.invite)
            _ = bench.start(.options)
        }
        for found in bench.effects.requests { respond(&bench, found.request, found.id, 404) }
        bench.advance(.seconds(70))
        #expect(bench.layer.serverCount == 0)
        #expect(bench.layer.clientCount == 0)
        #expect(bench.layer.nextDeadline == nil)
    }
}
