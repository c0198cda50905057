import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §9: giving up a call, and the races of it")
struct RFC3261_9_Cancel {
    private let reason = ReasonField(protocolName: "SIP", cause: 200)

    @Test("before a provisional response CANCEL waits for one")
    func waits() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.cancel(reason: [reason]))
        leg.handle(.cancel(reason: []))
        #expect(leg.effects.story == ["send INVITE"])
        leg.handle(.response(Peer.response(to: invite.request, 100, tag: nil), invite.key, Leg.hop))
        leg.handle(.response(Peer.response(to: invite.request, 180), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "send CANCEL"])
        guard case .sendCancel(invite.key, let lines)? = leg.effects.last else {
            Issue.record("another INVITE cancelled")
            return
        }
        #expect(lines.map(\.name) == [.reason])
        #expect(lines.first?.value == reason.description)
    }

    @Test("after one it goes out at once, and 487 ends it")
    func answered487() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: invite.request, 180), invite.key, Leg.hop))
        leg.handle(.bye(reason: []))
        leg.handle(.response(Peer.response(to: invite.request, 487), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "progress 180", "send CANCEL", "failed 487", "terminated"])
    }

    @Test("200 crosses CANCEL: ACK, BYE, and never answered", arguments: [true, false])
    func crossing(_ wasRinging: Bool) throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        if wasRinging { leg.handle(.response(Peer.response(to: invite.request, 180), invite.key, Leg.hop)) }
        leg.handle(.cancel(reason: [reason]))
        _ = leg.take()
        leg.handle(.response(Peer.ok(to: invite.request), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send ACK", "failed 487", "send BYE"])
        let bye = try #require(leg.effects.sent.last)
        #expect(bye.request.reasonHeader == reason)
        leg.handle(.response(Peer.ok(to: invite.request), invite.key, Leg.hop))
        leg.handle(.response(Peer.response(to: bye.request, 200), bye.key, Leg.hop))
        #expect(leg.effects.story.suffix(2) == ["send ACK", "terminated"])
    }

    @Test("a refusal that crosses CANCEL is told as it is")
    func crossingRefusal() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.cancel(reason: []))
        leg.handle(.response(Peer.response(to: invite.request, 486), invite.key, Leg.hop))
        #expect(leg.effects.story.suffix(2) == ["failed 486", "terminated"])
    }

    @Test("a challenge is not answered for a call that is given up")
    func crossingChallenge() throws {
        var leg = Leg.calling(Leg.outgoing(credentials: [.init(username: "a", password: "b")]))
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.cancel(reason: []))
        leg.handle(.response(Peer.challenge(to: invite.request, 407), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "failed 407", "terminated"])
    }

    @Test("silence after CANCEL counts as cancelled")
    func silence() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: invite.request, 180), invite.key, Leg.hop))
        leg.handle(.cancel(reason: []))
        leg.handle(.failed(invite.key, .timeout))
        #expect(leg.effects.story.suffix(2) == ["failed 487", "terminated"])
    }

    private func cancel() -> SIPRequest {
        var cancel = SIPRequest(method: .cancel, uri: Peer.invite().uri)
        for name: HeaderName in [.via, .from, .to, .callID] { cancel.fields.append(name, from: Peer.invite().fields) }
        cancel.fields.append(.cseq, "1 CANCEL")
        cancel.fields.append(.reason, "SIP;cause=200;text=\"Call completed elsewhere\"")
        return cancel
    }

    @Test("§9.2 a CANCEL gets 200, its INVITE 487, both with our tag, and the reason goes up")
    func incoming() {
        var leg = Leg.incoming()
        leg.handle(.progress(status: 180, reason: nil, body: nil, headers: []))
        leg.handle(.cancelled(cancel(), Peer.transaction(1)))
        #expect(leg.effects.story == ["respond 180", "respond 200", "respond 487", "cancelledByPeer", "terminated"])
        #expect(leg.effects.responses.allSatisfy { $0.to?.tag == "local" })
        guard case .cancelledByPeer(let reasons)? = leg.effects.dropLast().last else {
            Issue.record("no reason")
            return
        }
        #expect(reasons.first?.cause == 200)
        #expect(leg.armed.isEmpty)
    }

    @Test("§9.2 a CANCEL after our final response gets 200 and changes nothing")
    func late() {
        var accepted = Leg.accepted()
        _ = accepted.take()
        accepted.handle(.cancelled(cancel(), Peer.transaction(1)))
        #expect(accepted.effects.story == ["respond 200"])
        #expect(accepted.session.isAnswered)
        var rejected = Leg.incoming()
        rejected.handle(.reject(status: 486, reason: nil, headers: []))
        rejected.handle(.cancelled(cancel(), Peer.transaction(1)))
        #expect(rejected.effects.story == ["respond 486", "terminated", "respond 200"])
    }

    @Test("§9.2 a CANCEL of a re-INVITE leaves the call standing")
    func reinvite() {
        var leg = Leg.answeredCallee()
        leg.handle(.received(Peer.request(.invite, sequence: 2, body: Leg.offer), Peer.transaction(1), Leg.hop))
        leg.handle(.cancelled(Peer.request(.cancel, sequence: 2), Peer.transaction(2)))
        #expect(leg.effects.story == ["reoffered", "respond 200", "respond 487", "reofferCancelled"])
        #expect(leg.session.isAnswered)
        #expect(leg.session.offerState == .settled)
    }

    @Test("the owner's cancel that comes after the 2xx is a hang-up")
    func afterAnswer() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.cancel(reason: []))
        #expect(leg.effects.story == ["ended local", "send BYE"])
    }

    @Test("a BYE in the early dialog ends the INVITE like a CANCEL")
    func earlyBye() {
        var leg = Leg.incoming()
        leg.handle(.received(Peer.request(.bye, sequence: 2), Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["respond 200", "respond 487", "cancelledByPeer", "terminated"])
    }
}
