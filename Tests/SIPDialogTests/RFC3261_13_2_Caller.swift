import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §13.2: placing a call")
struct RFC3261_13_2_Caller {
    @Test("the INVITE has all that it needs")
    func invite() throws {
        var call = Leg.outgoing(routes: [try NameAddress(parsing: "<sip:proxy;lr>")])
        call.maxForwards = 42
        let leg = Leg.calling(call)
        let invite = try #require(leg.effects.sent.first).request
        #expect(invite.uri.description == "sip:bob@example.com")
        #expect(invite.from?.tag == "local")
        #expect(invite.to?.tag == nil)
        #expect(invite.cseq == CSeqField(1, .invite))
        #expect(invite.maxForwards == 42)
        #expect(invite.contacts == [Leg.contact])
        #expect(invite.routes.count == 1)
        #expect(invite.supported == ["replaces"])
        #expect(invite.contentType == "application/sdp")
        #expect(invite.body == Leg.offer)
        #expect(leg.session.offerState == .theyOwe)
    }

    @Test("nothing is sent before start, and start works once")
    func start() {
        var leg = Leg(InviteSession(calling: Leg.outgoing()))
        leg.handle(.bye(reason: []))
        #expect(leg.effects.story == ["failed 487", "terminated"])
        leg.handle(.start)
        #expect(leg.effects.sent.isEmpty)
    }

    @Test("180, 200: progress, ACK at once to the Contact, answered")
    func answered() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: invite.request, 100, tag: nil), invite.key, Leg.hop))
        leg.handle(.response(Peer.response(to: invite.request, 180), invite.key, Leg.hop))
        leg.handle(.response(Peer.ok(to: invite.request), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "progress 180", "send ACK", "answered"])
        let ack = try #require(leg.effects.acks.first)
        #expect(ack.request.uri.description == "sip:bob@198.51.100.7")
        #expect(ack.hop == .uri(SIPURI(user: "bob", host: "198.51.100.7")))
        #expect(ack.request.body.isEmpty)
        #expect(leg.session.isAnswered)
        #expect(leg.session.offerState == .settled)
        #expect(leg.armed.isEmpty)
    }

    @Test("the flow path sends requests in the dialog where the INVITE went, unless there are routes")
    func flow() throws {
        var direct = try Leg.answeredCaller(Leg.outgoing(path: .flow))
        direct.handle(.bye(reason: []))
        #expect(direct.effects.sent.first?.hop == .hop(Leg.hop))
        var routed = try Leg.answeredCaller(Leg.outgoing(path: .flow), recordRoutes: ["<sip:p;lr>"])
        routed.handle(.bye(reason: []))
        var router = SIPURI(host: "p")
        router.setParameter("lr", "")
        #expect(routed.effects.sent.first?.hop == .uri(router))
    }

    @Test("the 2xx again: the same ACK again, and nothing else")
    func repeated2xx() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        for _ in 0..<3 { leg.handle(.response(Peer.ok(to: invite.request), invite.key, Leg.hop)) }
        #expect(leg.effects.story == ["send INVITE", "send ACK", "answered", "send ACK", "send ACK"])
        #expect(Set(leg.effects.acks.map { $0.request.serialized() }).count == 1)
    }

    @Test("early media: the body of a 183 goes up with it")
    func earlyMedia() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: invite.request, 183, body: Leg.answer), invite.key, Leg.hop))
        guard case .progress(_, Leg.answer?)? = leg.effects.last else {
            Issue.record("no early media")
            return
        }
    }

    @Test("late offer: the ACK waits for the answer and carries it, also again")
    func lateOffer() throws {
        var leg = Leg.calling(Leg.outgoing(offer: nil))
        let invite = try #require(leg.effects.sent.first)
        let answer = Peer.ok(to: invite.request, body: Leg.offer)
        #expect(invite.request.body.isEmpty)
        leg.handle(.response(answer, invite.key, Leg.hop))
        leg.handle(.response(answer, invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", "answered"])
        #expect(leg.session.offerState == .weOwe)
        leg.handle(.acknowledge(body: Leg.answer))
        leg.handle(.acknowledge(body: Leg.answer))
        leg.handle(.response(answer, invite.key, Leg.hop))
        #expect(leg.effects.acks.map(\.request.body) == [Leg.answer, Leg.answer])
        #expect(leg.effects.acks.first?.request.contentType == "application/sdp")
        #expect(leg.session.offerState == .settled)
    }

    @Test("late offer that is never answered: hanging up acknowledges first")
    func lateOfferHangUp() throws {
        var leg = Leg.calling(Leg.outgoing(offer: nil))
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.ok(to: invite.request, body: Leg.offer), invite.key, Leg.hop))
        leg.handle(.bye(reason: []))
        #expect(leg.effects.story == ["send INVITE", "answered", "send ACK", "ended local", "send BYE"])
    }

    @Test("an answer of an RFC 2543 peer, without tag and Contact, makes a dialog")
    func oldPeer() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.ok(to: invite.request, tag: nil, contact: nil), invite.key, Leg.hop))
        leg.handle(.received(Peer.request(.bye, sequence: 1, tag: nil), Peer.transaction(0), Leg.hop))
        #expect(leg.effects.story.suffix(3) == ["respond 200", "ended remote", "terminated"])
    }

    @Test("refusals and redirects end it", arguments: [(404, "failed 404"), (503, "failed 503"), (603, "failed 603")])
    func refused(_ status: Int, _ name: String) throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.response(to: invite.request, status), invite.key, Leg.hop))
        #expect(leg.effects.story == ["send INVITE", name, "terminated"])
        #expect(leg.session.isTerminated)
    }

    @Test("a redirect hands over its contacts")
    func redirected() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        var response = Peer.response(to: invite.request, 302)
        response.fields.append(.contact, "<sip:a@x>;q=0.5, <sip:b@y>")
        leg.handle(.response(response, invite.key, Leg.hop))
        guard case .redirected(let contacts, _)? = leg.effects.dropLast().last else {
            Issue.record("no redirect")
            return
        }
        #expect(contacts.compactMap { $0.sip?.host } == ["x", "y"])
    }

    @Test("no answer and no way: 408 and 503 by our own account")
    func failures() throws {
        for (failure, name) in [(TransactionFailure.timeout, "failed 408"), (.transport, "failed 503")] {
            var leg = Leg.calling()
            let invite = try #require(leg.effects.sent.first)
            leg.handle(.failed(invite.key, failure))
            #expect(leg.effects.story == ["send INVITE", name, "terminated"])
        }
    }

    @Test("§22 a challenge is answered once, with the next CSeq number, same Call-ID and tag", arguments: [401, 407])
    func challenged(_ status: Int) throws {
        let credentials = [DigestCredentials(username: "alice", password: "secret")]
        var leg = Leg.calling(Leg.outgoing(credentials: credentials))
        let first = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.challenge(to: first.request, status), first.key, Leg.hop))
        let second = try #require(leg.effects.sent.last)
        #expect(second.key != first.key)
        #expect(second.request.cseq == CSeqField(2, .invite))
        #expect(second.request.callID == first.request.callID)
        #expect(second.request.from == first.request.from)
        #expect(second.request.body == Leg.offer)
        let name: HeaderName = status == 401 ? .authorization : .proxyAuthorization
        let value = try DigestAuthorization(parsing: try #require(second.request.fields.first(name)))
        #expect(value.variant == DigestVariant(.sha256))
        leg.handle(.response(Peer.ok(to: second.request), second.key, Leg.hop))
        let ack = try #require(leg.effects.acks.first)
        #expect(ack.request.cseq == CSeqField(2, .ack))
        #expect(ack.request.fields.first(name) == second.request.fields.first(name))
        leg.handle(.bye(reason: []))
        let bye = try #require(leg.effects.sent.last)
        #expect(bye.request.cseq == CSeqField(3, .bye))
        let next = try DigestAuthorization(parsing: try #require(bye.request.fields.first(name)))
        #expect(next.count?.number == 2)
    }

    @Test("§22 a second challenge is a refusal unless the nonce was stale")
    func refusedTwice() throws {
        let credentials = [DigestCredentials(username: "alice", password: "wrong")]
        var leg = Leg.calling(Leg.outgoing(credentials: credentials))
        for stale in [false, true] {
            let invite = try #require(leg.effects.sent.last)
            leg.handle(.response(Peer.challenge(to: invite.request, 401, stale: stale), invite.key, Leg.hop))
        }
        #expect(leg.effects.sent.count == 3)
        let invite = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.challenge(to: invite.request, 401), invite.key, Leg.hop))
        #expect(leg.effects.story.suffix(2) == ["failed 401", "terminated"])
    }

    @Test("§22 without credentials a challenge is a refusal")
    func noCredentials() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        leg.handle(.response(Peer.challenge(to: invite.request, 407), invite.key, Leg.hop))
        #expect(leg.effects.story.suffix(2) == ["failed 407", "terminated"])
    }
}
