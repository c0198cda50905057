import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.2.3, RFC 6026 §6: clients of RFC 2543, whose branch has no cookie")
struct RFC2543_Matching {
    @Test("an equal request is a repetition; another CSeq or From tag is not")
    func repetition() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: nil))
        try bench.receive(PeerRequest.text("INVITE", branch: nil))
        #expect(bench.effects.requests.count == 1)
        try bench.receive(PeerRequest.text("INVITE", branch: nil, sequence: 2))
        try bench.receive(PeerRequest.text("INVITE", branch: nil, fromTag: "q"))
        try bench.receive(PeerRequest.text("INVITE", branch: "1"))
        #expect(bench.effects.requests.count == 4)
    }

    @Test("an ACK belongs to the transaction whose response had its To tag")
    func acknowledgement() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: nil))
        let found = try #require(bench.effects.requests.first)
        let refusal = SIPResponse(to: found.request, status: 486, toTag: "t")
        bench.layer.respond(found.id, refusal, now: bench.now, into: &bench.effects)
        try bench.receive(PeerRequest.text("ACK", branch: nil, toTag: "other"))
        #expect(bench.effects.acks.count == 1)
        try bench.receive(PeerRequest.text("ACK", branch: nil, toTag: "t"))
        #expect(bench.effects.acks.count == 1)
        _ = bench.takeEffects()
        bench.advance(.seconds(4))
        #expect(bench.effects.isEmpty)
        bench.advance(.seconds(2))
        #expect(bench.layer.serverCount == 0)
    }

    @Test("the ACK of a 2xx goes up from the Accepted state")
    func accepted() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: nil))
        let found = try #require(bench.effects.requests.first)
        let answer = SIPResponse(to: found.request, status: 200, toTag: "t")
        bench.layer.respond(found.id, answer, now: bench.now, into: &bench.effects)
        try bench.receive(PeerRequest.text("ACK", branch: nil, toTag: "t"))
        #expect(bench.effects.acks.count == 1)
    }

    @Test("CANCEL finds its INVITE")
    func cancel() throws {
        var bench = LayerBench()
        try bench.receive(PeerRequest.text("INVITE", branch: nil))
        try bench.receive(PeerRequest.text("CANCEL", branch: nil))
        let invite = try #require(bench.effects.requests.first)
        let cancel = try #require(bench.effects.cancels.first)
        #expect(cancel.invite == invite.id)
    }
}
