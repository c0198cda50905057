import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §14, RFC 6337: changing a session")
struct RFC3261_14_Reinvite {
    private let theirs = Peer.request(
        .invite, sequence: 2, body: Leg.offer, contact: "<sip:bob@203.0.113.5>")

    @Test("ours: offer out, 2xx acknowledged at once, answer up, target refreshed")
    func ours() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: Leg.offer))
        let invite = try #require(leg.effects.sent.last)
        #expect(invite.request.cseq == CSeqField(2, .invite))
        #expect(invite.request.to?.tag == "remote")
        #expect(invite.request.contacts == [Leg.contact])
        #expect(leg.session.offerState == .theyOwe)
        leg.handle(.response(Peer.ok(to: invite.request, contact: "<sip:bob@203.0.113.5>"), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "send ACK", "reinviteAnswered"])
        #expect(leg.effects.acks.first?.request.cseq == CSeqField(2, .ack))
        #expect(leg.effects.acks.first?.request.uri.description == "sip:bob@203.0.113.5")
        leg.handle(.response(Peer.ok(to: invite.request), invite.key, Leg.hop))
        #expect(leg.effects.acks.count == 2)
        #expect(leg.session.offerState == .settled)
    }

    @Test("ours with a late offer: the ACK carries our answer")
    func oursLate() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: nil))
        let invite = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.ok(to: invite.request, body: Leg.offer), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "reinviteAnswered"])
        #expect(leg.session.offerState == .weOwe)
        leg.handle(.acknowledge(body: Leg.answer))
        #expect(leg.effects.acks.map(\.request.body) == [Leg.answer])
    }

    @Test("theirs: offer up, our 200 with the repeated-answer timers, target refreshed on acceptance only")
    func accepted() throws {
        var leg = Leg.answeredCallee()
        leg.handle(.received(theirs, Peer.transaction(1), Leg.hop))
        #expect(leg.session.offerState == .weOwe)
        #expect(leg.session.dialog?.remoteTarget.description == "sip:bob@198.51.100.7")
        leg.handle(.answerReinvite(body: Leg.answer))
        #expect(leg.session.dialog?.remoteTarget.description == "sip:bob@203.0.113.5")
        #expect(leg.armed == [.repeatAnswer, .awaitAck])
        leg.advance(.milliseconds(500))
        leg.handle(.ack(Peer.request(.ack, sequence: 2), Leg.hop))
        #expect(leg.effects.story == ["reoffered", "respond 200", "resend 2xx", "acknowledged"])
        #expect(leg.armed.isEmpty)
    }

    @Test("theirs refused: nothing changes")
    func rejected() {
        var leg = Leg.answeredCallee()
        leg.handle(.received(theirs, Peer.transaction(1), Leg.hop))
        leg.handle(.rejectReinvite(status: 488))
        #expect(leg.effects.story == ["reoffered", "respond 488"])
        #expect(leg.session.dialog?.remoteTarget.description == "sip:bob@198.51.100.7")
        #expect(leg.session.offerState == .settled)
        #expect(leg.session.isAnswered)
    }

    @Test("theirs without offer: our 200 offers, their ACK answers")
    func theirsLate() {
        var leg = Leg.answeredCallee()
        leg.handle(.received(Peer.request(.invite, sequence: 2), Peer.transaction(1), Leg.hop))
        leg.handle(.answerReinvite(body: Leg.offer))
        #expect(leg.session.offerState == .theyOwe)
        leg.handle(.ack(Peer.request(.ack, sequence: 2, body: Leg.answer), Leg.hop))
        guard case .acknowledged(Leg.answer?)? = leg.effects.last else {
            Issue.record("no answer")
            return
        }
    }

    @Test("an unacknowledged 200 to theirs ends the call after 32 s")
    func lostAck() {
        var leg = Leg.answeredCallee()
        leg.handle(.received(theirs, Peer.transaction(1), Leg.hop))
        leg.handle(.answerReinvite(body: Leg.answer))
        leg.advance(.seconds(32))
        #expect(leg.effects.story.suffix(3) == ["ackTimeout", "ended ackTimeout", "send BYE"])
    }

    @Test("§14.2 glare: theirs meets ours, 491; a second of theirs, 500 with Retry-After")
    func glareTheirs() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: Leg.offer))
        leg.handle(.received(Peer.request(.invite, sequence: 1), Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "respond 491"])
        var other = Leg.answeredCallee()
        other.handle(.received(theirs, Peer.transaction(1), Leg.hop))
        other.handle(.received(Peer.request(.invite, sequence: 3), Peer.transaction(2), Leg.hop))
        #expect(other.effects.story == ["reoffered", "respond 500"])
        #expect(other.effects.responses.last?.retryAfter != nil)
    }

    private func glareDelay(_ leg: inout Leg) throws -> Int {
        leg.handle(.reinvite(body: Leg.offer))
        let invite = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.response(to: invite.request, 491), invite.key, Leg.hop))
        return try #require(leg.effects.span(of: .glare)).wholeMilliseconds
    }

    @Test("§14.1 after 491 the Call-ID's owner waits 2.1-4 s, the other 0-2 s, then it goes out again")
    func glareOurs() throws {
        var caller = try Leg.answeredCaller()
        #expect((2_100...4_000).contains(try glareDelay(&caller)))
        var callee = Leg.answeredCallee()
        #expect((0...2_000).contains(try glareDelay(&callee)))
        _ = caller.take()
        caller.advance(.seconds(4))
        let again = try #require(caller.effects.sent.last)
        #expect(again.request.cseq == CSeqField(3, .invite))
        #expect(again.request.body == Leg.offer)
        caller.handle(.response(Peer.ok(to: again.request), again.key, Leg.hop))
        #expect(caller.effects.story == ["send INVITE", "send ACK", "reinviteAnswered"])
    }

    @Test("a re-INVITE of theirs in the back-off makes ours out of date")
    func overruled() throws {
        var leg = Leg.answeredCallee()
        _ = try glareDelay(&leg)
        _ = leg.take()
        leg.handle(.received(theirs, Peer.transaction(1), Leg.hop))
        leg.handle(.answerReinvite(body: Leg.answer))
        #expect(leg.effects.story == ["reoffered", "respond 200", "reinviteFailed 491"])
        leg.advance(.seconds(5))
        #expect(!leg.effects.story.contains("send INVITE"))
    }

    @Test("five refusals by 491 are enough")
    func glareLimit() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: Leg.offer))
        for _ in 0..<5 {
            let invite = try #require(leg.effects.sent.last)
            leg.handle(.response(Peer.response(to: invite.request, 491), invite.key, Leg.hop))
            leg.advance(.seconds(4))
        }
        #expect(leg.effects.sent.count == 5)
        #expect(leg.effects.story.last == "reinviteFailed 491")
        #expect(leg.session.isAnswered)
    }

    @Test("one at a time: a second offer of ours fails here")
    func oneAtATime() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: Leg.offer))
        leg.handle(.reinvite(body: Leg.offer))
        #expect(leg.effects.story == ["send INVITE", "reinviteFailed 491"])
        var unacknowledged = Leg.accepted()
        unacknowledged.handle(.reinvite(body: Leg.offer))
        #expect(unacknowledged.effects.story.last == "reinviteFailed 491")
    }

    @Test("§14.1 408 and 481 end the call; other refusals leave it", arguments: [408, 481, 488, 500])
    func refused(_ status: Int) throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: Leg.offer))
        let invite = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.response(to: invite.request, status), invite.key, Leg.hop))
        let end = status == 408 || status == 481 ? ["ended lost \(status)", "send BYE"] : []
        #expect(leg.effects.story == ["send INVITE", "reinviteFailed \(status)"] + end)
    }

    @Test("no answer at all ends the call; a lost transport does not")
    func failed() throws {
        for (failure, isAnswered) in [(TransactionFailure.timeout, false), (.transport, true)] {
            var leg = try Leg.answeredCaller()
            leg.handle(.reinvite(body: Leg.offer))
            leg.handle(.failed(try #require(leg.effects.sent.last).key, failure))
            #expect(leg.session.isAnswered == isAnswered)
        }
    }

    @Test("a challenge to a re-INVITE is answered")
    func challenged() throws {
        let credentials = [DigestCredentials(username: "a", password: "b")]
        var leg = try Leg.answeredCaller(Leg.outgoing(credentials: credentials))
        leg.handle(.reinvite(body: Leg.offer))
        let first = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.challenge(to: first.request, 407), first.key, Leg.hop))
        let second = try #require(leg.effects.sent.last)
        #expect(second.request.cseq == CSeqField(3, .invite))
        #expect(second.request.fields.contains(.proxyAuthorization))
        #expect(second.request.body == Leg.offer)
        leg.handle(.response(Peer.ok(to: second.request), second.key, Leg.hop))
        #expect(leg.effects.story.suffix(2) == ["send ACK", "reinviteAnswered"])
    }
}
