import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing

@Suite("RFC 3261 §12.2: other requests in a call")
struct RFC3261_12_2_Requests {
    @Test("theirs go to the owner", arguments: [SIPMethod.info, .options, .message, .update, .refer, .other("X")])
    func theirs(_ method: SIPMethod) {
        var leg = Leg.answeredCallee()
        leg.handle(.received(Peer.request(method, sequence: 2), Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["request \(method.name)"])
    }

    @Test("a lower number is 500, other tags are 481")
    func refused() {
        var leg = Leg.answeredCallee()
        leg.handle(.received(Peer.request(.info, sequence: 9), Peer.transaction(1), Leg.hop))
        leg.handle(.received(Peer.request(.info, sequence: 8), Peer.transaction(2), Leg.hop))
        leg.handle(.received(Peer.request(.info, sequence: 10, tag: "other"), Peer.transaction(3), Leg.hop))
        leg.handle(.received(Peer.request(.bye, sequence: 10, localTag: "other"), Peer.transaction(4), Leg.hop))
        #expect(leg.effects.story == ["request INFO", "respond 500", "respond 481", "respond 481"])
        #expect(leg.session.isAnswered)
    }

    @Test("ours: sent in the dialog, the answer comes up with the method")
    func ours() throws {
        var leg = try Leg.answeredCaller()
        let type = "application/dtmf-relay"
        leg.handle(.request(method: .info, headers: [(.accept, "a/b")], body: [49], contentType: type))
        leg.handle(.request(method: .options, headers: [], body: [], contentType: nil))
        let sent = leg.effects.sent
        #expect(sent.map(\.request.cseq) == [CSeqField(2, .info), CSeqField(3, .options)])
        #expect(sent.first?.request.body == [49])
        #expect(sent.first?.request.contentType == type)
        #expect(sent.first?.request.fields.first(.accept) == "a/b")
        for (request, key, _) in sent.reversed() {
            leg.handle(.response(Peer.response(to: request, 200), key, Leg.hop))
        }
        #expect(leg.effects.story.suffix(2) == ["answered OPTIONS 200", "answered INFO 200"])
    }

    @Test("408 and 481 end the call, also by our own account; for a subscription they do not")
    func lost() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.request(method: .options, headers: [], body: [], contentType: nil))
        leg.handle(.failed(try #require(leg.effects.sent.last).key, .timeout))
        #expect(leg.effects.story.suffix(3) == ["answered OPTIONS 408", "ended lost 408", "send BYE"])
        var other = try Leg.answeredCaller()
        other.handle(.request(method: .refer, headers: [], body: [], contentType: nil))
        let refer = try #require(other.effects.sent.last)
        other.handle(.response(Peer.response(to: refer.request, 481), refer.key, Leg.hop))
        #expect(other.session.isAnswered)
    }

    @Test("a lost transport is told and ends nothing")
    func transport() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.request(method: .options, headers: [], body: [], contentType: nil))
        leg.handle(.failed(try #require(leg.effects.sent.last).key, .transport))
        #expect(leg.effects.story.last == "answered OPTIONS 503")
        #expect(leg.session.isAnswered)
    }

    @Test("a challenge is answered with the next number, even when another request went between")
    func challenged() throws {
        var leg = try Leg.answeredCaller(Leg.outgoing(credentials: [.init(username: "a", password: "b")]))
        leg.handle(.request(method: .info, headers: [], body: [49], contentType: "text/plain"))
        leg.handle(.request(method: .options, headers: [], body: [], contentType: nil))
        let info = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.challenge(to: info.request, 401), info.key, Leg.hop))
        let again = try #require(leg.effects.sent.last)
        #expect(again.request.cseq == CSeqField(4, .info))
        #expect(again.request.body == [49])
        #expect(again.request.fields.contains(.authorization))
        leg.handle(.response(Peer.response(to: again.request, 200), again.key, Leg.hop))
        #expect(leg.effects.story.last == "answered INFO 200")
    }

    @Test("more than 32 unanswered requests are not sent")
    func bound() throws {
        var leg = try Leg.answeredCaller()
        for _ in 0..<50 { leg.handle(.request(method: .info, headers: [], body: [], contentType: nil)) }
        #expect(leg.effects.sent.count == 32)
    }
}
