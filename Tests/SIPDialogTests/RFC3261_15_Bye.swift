import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §15: ending a call")
struct RFC3261_15_Bye {
    private let reason = ReasonField(protocolName: "Q.850", cause: 16)

    @Test("ours: ended at once, terminated when answered, whatever the answer", arguments: [200, 404, 481, 500])
    func ours(_ status: Int) throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.bye(reason: [reason]))
        leg.handle(.bye(reason: []))
        #expect(leg.effects.story == ["ended local", "send BYE"])
        let bye = try #require(leg.effects.sent.first)
        #expect(bye.request.reasonHeader?.cause == 16)
        #expect(bye.request.cseq == CSeqField(2, .bye))
        leg.handle(.response(Peer.response(to: bye.request, status), bye.key, Leg.hop))
        #expect(leg.effects.story.last == "terminated")
    }

    @Test("ours without an answer ends all the same")
    func unanswered() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.bye(reason: []))
        leg.handle(.failed(try #require(leg.effects.sent.first).key, .timeout))
        #expect(leg.effects.story == ["ended local", "send BYE", "terminated"])
    }

    @Test("theirs: 200, the reason goes up, over", arguments: [true, false])
    func theirs(_ isCaller: Bool) throws {
        var leg = isCaller ? try Leg.answeredCaller() : Leg.answeredCallee()
        var bye = Peer.request(.bye, sequence: 7)
        bye.fields.append(.reason, reason.description)
        leg.handle(.received(bye, Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["respond 200", "ended remote", "terminated"])
        guard case .ended(.remote(let reasons))? = leg.effects.first(where: { $0.name == "ended remote" }) else {
            Issue.record("no reason")
            return
        }
        #expect(reasons.map(\.cause) == [16])
    }

    @Test("both at once: each gets 200, one end is told")
    func crossing() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.bye(reason: []))
        let bye = try #require(leg.effects.sent.first)
        leg.handle(.received(Peer.request(.bye, sequence: 3), Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["ended local", "send BYE", "respond 200"])
        leg.handle(.response(Peer.response(to: bye.request, 481), bye.key, Leg.hop))
        #expect(leg.effects.story.last == "terminated")
    }

    @Test("§15.1.1 the callee's BYE waits for the ACK; the owner hears of the end at once")
    func waitsForAck() throws {
        var leg = Leg.accepted()
        _ = leg.take()
        leg.handle(.bye(reason: [reason]))
        #expect(leg.effects.story == ["ended local"])
        leg.advance(.milliseconds(500))
        #expect(leg.effects.story == ["ended local", "resend 2xx"])
        leg.handle(.ack(Peer.request(.ack, sequence: 1), Leg.hop))
        #expect(leg.effects.story.last == "send BYE")
        #expect(leg.effects.sent.first?.request.reasonHeader?.cause == 16)
        #expect(leg.armed.isEmpty)
        let bye = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: bye.request, 200), bye.key, Leg.hop))
        #expect(leg.effects.story.last == "terminated")
    }

    @Test("§15.1.1 or for 64·T1 without one")
    func waitsForTimeout() {
        var leg = Leg.accepted()
        leg.handle(.bye(reason: []))
        leg.advance(.seconds(31))
        #expect(!leg.effects.story.contains("send BYE"))
        leg.advance(.seconds(1))
        #expect(leg.effects.story.last == "send BYE")
        #expect(leg.effects.story.count { $0.hasPrefix("ended") } == 1)
    }

    @Test("their BYE before the ACK ends the wait")
    func byeInsteadOfAck() {
        var leg = Leg.accepted()
        leg.handle(.received(Peer.request(.bye, sequence: 2), Peer.transaction(1), Leg.hop))
        #expect(leg.effects.story == ["respond 200", "respond 200", "ended remote", "terminated"])
        #expect(leg.armed.isEmpty)
        var hungUp = Leg.accepted()
        hungUp.handle(.bye(reason: []))
        hungUp.handle(.received(Peer.request(.bye, sequence: 2), Peer.transaction(1), Leg.hop))
        #expect(hungUp.effects.story == ["respond 200", "ended local", "respond 200", "terminated"])
        #expect(hungUp.armed.isEmpty)
    }

    @Test("hanging up a call that rings in is 480")
    func whileRinging() {
        var leg = Leg.incoming()
        leg.handle(.bye(reason: [reason]))
        #expect(leg.effects.story == ["respond 480", "terminated"])
        #expect(leg.effects.responses.first?.reasonHeader?.cause == 16)
    }

    @Test("their re-INVITE that waits gets 487, whoever ends the call")
    func pendingReinvite() {
        for isOurs in [true, false] {
            var leg = Leg.answeredCallee()
            leg.handle(.received(Peer.request(.invite, sequence: 2), Peer.transaction(1), Leg.hop))
            if isOurs {
                leg.handle(.bye(reason: []))
            } else {
                leg.handle(.received(Peer.request(.bye, sequence: 3), Peer.transaction(2), Leg.hop))
            }
            #expect(leg.effects.responses.contains { $0.status == 487 })
        }
    }

    @Test("our re-INVITE that waits is acknowledged if it is still accepted")
    func ownReinvite() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.reinvite(body: Leg.offer))
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.bye(reason: []))
        leg.handle(.response(Peer.ok(to: invite.request), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "ended local", "send BYE", "send ACK"])
    }

    @Test("a challenge to BYE is answered once")
    func challenged() throws {
        let credentials = [DigestCredentials(username: "a", password: "b")]
        var leg = try Leg.answeredCaller(Leg.outgoing(credentials: credentials))
        leg.handle(.bye(reason: [reason]))
        let first = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.challenge(to: first.request, 407), first.key, Leg.hop))
        let second = try #require(leg.effects.sent.last)
        #expect(second.request.cseq == CSeqField(3, .bye))
        #expect(second.request.fields.contains(.proxyAuthorization))
        #expect(second.request.reasonHeader?.cause == 16)
        leg.handle(.response(Peer.challenge(to: second.request, 407), second.key, Leg.hop))
        #expect(leg.effects.story == ["ended local", "send BYE", "send BYE", "terminated"])
    }

    @Test("§15.1.2 after the end every other request is 481, and nothing is handled twice")
    func afterTheEnd() throws {
        var leg = try Leg.answeredCaller()
        leg.handle(.bye(reason: []))
        leg.handle(.received(Peer.request(.invite, sequence: 3), Peer.transaction(1), Leg.hop))
        leg.handle(.received(Peer.request(.info, sequence: 4), Peer.transaction(2), Leg.hop))
        #expect(leg.effects.story.suffix(2) == ["respond 481", "respond 481"])
        let bye = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: bye.request, 200), bye.key, Leg.hop))
        _ = leg.take()
        leg.handle(.received(Peer.request(.bye, sequence: 5), Peer.transaction(3), Leg.hop))
        leg.handle(.reinvite(body: nil))
        leg.handle(.accept(body: nil, headers: []))
        leg.handle(.request(method: .info, headers: [], body: [], contentType: nil))
        leg.handle(.bye(reason: []))
        #expect(leg.effects.story == ["respond 481"])
    }
}
