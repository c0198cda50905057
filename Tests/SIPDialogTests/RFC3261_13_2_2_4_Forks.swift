import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §13.2.2.4: a call that forks")
struct RFC3261_13_2_2_4_Forks {
    private func ringing(_ tags: [String]) throws -> (Leg, SIPRequest, RequestKey) {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        for tag in tags {
            leg.handle(.response(Peer.response(to: invite.request, 180, tag: tag), invite.key, Leg.hop))
        }
        _ = leg.take()
        return (leg, invite.request, invite.key)
    }

    @Test("each To tag is an early dialog of its own; the answered one becomes the call")
    func earlyDialogs() throws {
        var (leg, invite, key) = try ringing(["one", "two", "three"])
        #expect(leg.session.dialog?.remoteTag == "three")
        leg.handle(.response(Peer.ok(to: invite, tag: "two"), key, Leg.hop))
        #expect(leg.session.dialog?.remoteTag == "two")
        #expect(leg.session.dialog?.state == .confirmed)
        #expect(leg.armed == [.forks])
    }

    @Test("another branch's 2xx is acknowledged and hung up, and acknowledged again when it comes again")
    func secondAnswer() throws {
        var (leg, invite, key) = try ringing(["one", "two"])
        leg.handle(.response(Peer.ok(to: invite, tag: "one"), key, Leg.hop))
        _ = leg.take()
        let other = Peer.ok(to: invite, tag: "two", contact: "<sip:two@203.0.113.2>")
        leg.handle(.response(other, key, Leg.hop))
        leg.handle(.response(other, key, Leg.hop))
        #expect(leg.effects.story == ["send ACK", "send BYE", "send ACK"])
        let bye = try #require(leg.effects.sent.first).request
        #expect(bye.to?.tag == "two")
        #expect(bye.uri.description == "sip:two@203.0.113.2")
        #expect(bye.cseq == CSeqField(2, .bye))
        #expect(leg.effects.acks.allSatisfy { $0.request.to?.tag == "two" })
        #expect(leg.session.dialog?.remoteTag == "one")
        #expect(leg.session.isAnswered)
    }

    @Test("a call that ends early stays until late branches can no more answer")
    func lateBranch() throws {
        var (leg, invite, key) = try ringing(["one", "two"])
        leg.handle(.response(Peer.ok(to: invite, tag: "one"), key, Leg.hop))
        leg.handle(.received(Peer.request(.bye, sequence: 1, tag: "one"), Peer.transaction(0), Leg.hop))
        #expect(leg.take().story.last == "ended remote")
        leg.handle(.response(Peer.ok(to: invite, tag: "two"), key, Leg.hop))
        #expect(leg.take().story == ["send ACK", "send BYE"])
        leg.advance(.seconds(32))
        #expect(leg.take().story == ["terminated"])
    }

    @Test("without a fork nothing is waited for")
    func noFork() throws {
        var (leg, invite, key) = try ringing(["one"])
        leg.handle(.response(Peer.ok(to: invite, tag: "one"), key, Leg.hop))
        #expect(leg.armed.isEmpty)
        leg.handle(.received(Peer.request(.bye, sequence: 1, tag: "one"), Peer.transaction(0), Leg.hop))
        #expect(leg.effects.story.last == "terminated")
    }

    @Test("a request in an early dialog goes to the owner, one outside any is 481")
    func earlyRequests() throws {
        var (leg, _, _) = try ringing(["one"])
        leg.handle(.received(Peer.request(.info, sequence: 4, tag: "one"), Peer.transaction(0), Leg.hop))
        leg.handle(.received(Peer.request(.info, sequence: 3, tag: "one"), Peer.transaction(1), Leg.hop))
        leg.handle(.received(Peer.request(.info, sequence: 5, tag: "none"), Peer.transaction(2), Leg.hop))
        leg.handle(.received(Peer.request(.invite, sequence: 6, tag: "one"), Peer.transaction(3), Leg.hop))
        #expect(leg.effects.story == ["request INFO", "respond 500", "respond 481", "respond 491"])
    }

    @Test("the tags of a fork without end are bounded")
    func bound() throws {
        var (leg, invite, key) = try ringing((0..<100).map { "t\($0)" })
        leg.handle(.response(Peer.ok(to: invite, tag: "t50"), key, Leg.hop))
        _ = leg.take()
        for index in 51..<100 { leg.handle(.response(Peer.ok(to: invite, tag: "t\(index)"), key, Leg.hop)) }
        #expect(leg.effects.sent.count == 16)
    }
}
