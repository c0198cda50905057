import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §13.3: taking a call")
struct RFC3261_13_3_Callee {
    @Test("provisional and final responses make the dialog: tag, Contact, Record-Route")
    func responses() throws {
        var leg = Leg.incoming()
        leg.handle(.progress(status: 183, reason: "Listen", body: Leg.answer, headers: [(.server, "t")]))
        leg.handle(.accept(body: Leg.answer, headers: []))
        for response in leg.effects.responses {
            #expect(response.to?.tag == "local")
            #expect(response.contacts == [Leg.contact])
            #expect(response.recordRoutes.count == 2)
            #expect(response.body == Leg.answer)
            #expect(response.contentType == "application/sdp")
            #expect(try response.topVia().branch == "z9hG4bKpeer")
        }
        #expect(leg.effects.responses.map(\.status) == [183, 200])
        #expect(leg.effects.responses.first?.reason == "Listen")
        #expect(leg.effects.responses.first?.fields.first(.server) == "t")
    }

    @Test("a refusal ends it and makes no dialog")
    func refused() throws {
        var leg = Leg.incoming()
        leg.handle(.reject(status: 486, reason: nil, headers: [(.retryAfter, "5")]))
        leg.handle(.accept(body: nil, headers: []))
        #expect(leg.effects.story == ["respond 486", "terminated"])
        let response = try #require(leg.effects.responses.first)
        #expect(response.contacts.isEmpty)
        #expect(response.retryAfter == 5)
    }

    @Test("§13.3.1.1 a provisional response is repeated each minute until the final one")
    func keepRinging() {
        var leg = Leg.incoming()
        leg.handle(.progress(status: 180, reason: nil, body: nil, headers: []))
        leg.advance(.seconds(150))
        #expect(leg.effects.responses.map(\.status) == [180, 180, 180])
        leg.handle(.accept(body: Leg.answer, headers: []))
        #expect(leg.armed == [.repeatAnswer, .awaitAck])
    }

    @Test("§13.3.1.4 the 2xx is repeated at 0.5, 1, 2, 4, 4 ... s until ACK or 32 s")
    func repeatedAnswer() {
        var leg = Leg.accepted()
        var times: [Int] = []
        for _ in 0..<400 where leg.session.isAnswered {
            let before = leg.effects.count
            leg.advance(.milliseconds(100))
            if leg.effects.dropFirst(before).contains(where: { $0.name == "resend 2xx" }) {
                times.append((leg.now - .start).wholeMilliseconds)
            }
        }
        #expect(times == [500, 1_500, 3_500, 7_500, 11_500, 15_500, 19_500, 23_500, 27_500, 31_500])
        #expect(leg.now == .start + .seconds(32))
        #expect(leg.effects.story.suffix(3) == ["ackTimeout", "ended ackTimeout", "send BYE"])
        #expect(leg.armed.isEmpty)
    }

    @Test("the ACK stops it, once, and only its own number does")
    func acknowledged() {
        var leg = Leg.accepted()
        leg.handle(.ack(Peer.request(.ack, sequence: 2), Leg.hop))
        leg.handle(.ack(Peer.request(.ack, sequence: 1, tag: "other"), Leg.hop))
        #expect(!leg.effects.story.contains("acknowledged"))
        leg.handle(.ack(Peer.request(.ack, sequence: 1), Leg.hop))
        leg.handle(.ack(Peer.request(.ack, sequence: 1), Leg.hop))
        #expect(leg.effects.story == ["respond 200", "acknowledged"])
        #expect(leg.armed.isEmpty)
        leg.advance(.seconds(60))
        #expect(leg.session.isAnswered)
    }

    @Test("late offer: the 2xx offers, the ACK answers")
    func lateOffer() {
        var leg = Leg.incoming(offer: nil)
        #expect(leg.session.offerState == .settled)
        leg.handle(.accept(body: Leg.offer, headers: []))
        #expect(leg.session.offerState == .theyOwe)
        leg.handle(.ack(Peer.request(.ack, sequence: 1, body: Leg.answer), Leg.hop))
        guard case .acknowledged(Leg.answer?)? = leg.effects.last else {
            Issue.record("no answer")
            return
        }
        #expect(leg.session.offerState == .settled)
    }

    @Test("§14.2 a second INVITE before the first is answered: 500 with Retry-After 0-10")
    func secondInvite() throws {
        var leg = Leg.incoming()
        leg.handle(.received(Peer.request(.invite, sequence: 2), Peer.transaction(1), Leg.hop))
        let response = try #require(leg.effects.responses.first)
        #expect(response.status == 500)
        let delay = try #require(response.retryAfter)
        #expect((0...10).contains(delay))
        #expect(!leg.session.isTerminated)
    }

    @Test("§8.2.2.3 a Require that we do not know is 420 with Unsupported")
    func require() throws {
        var invite = Peer.invite()
        invite.fields.append(.require, "100rel, foo")
        let refusal = try #require(RequireCheck.refusal(of: invite, supported: ["100rel"], toTag: "t"))
        #expect(refusal.status == 420)
        #expect(refusal.unsupported == ["foo"])
        #expect(RequireCheck.refusal(of: invite, supported: ["100rel", "foo"], toTag: "t") == nil)
        invite.method = .cancel
        #expect(RequireCheck.refusal(of: invite, supported: [], toTag: "t") == nil)
        var leg = Leg.answeredCallee()
        var info = Peer.request(.info, sequence: 2)
        info.fields.append(.require, "foo")
        leg.handle(.received(info, Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["respond 420"])
    }
}
