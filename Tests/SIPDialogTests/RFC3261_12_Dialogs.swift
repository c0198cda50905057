import SIPDialog
import SIPMessage
import Testing

@Suite("RFC 3261 §12: dialogs")
struct RFC3261_12_Dialogs {
    private func callerDialog(_ routes: [String], contact: String? = "<sip:bob@198.51.100.7>") throws -> Dialog {
        let leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first).request
        return Dialog(asCaller: invite, answer: Peer.ok(to: invite, recordRoutes: routes, contact: contact))
    }

    @Test("§12.1.1 the callee's side: tags crossed, Record-Route in order, Contact as target")
    func callee() {
        let dialog = Dialog(asCallee: Peer.invite(), localTag: "local")
        #expect(dialog.localTag == "local")
        #expect(dialog.remoteTag == "remote")
        #expect(dialog.remoteSequence == 1)
        #expect(dialog.routeSet.compactMap { $0.sip?.host } == ["p1.example.net", "p2.example.net"])
        #expect(dialog.remoteTarget.description == "sip:bob@198.51.100.7")
        #expect(dialog.state == .early)
    }

    @Test("§12.1.2 the caller's side: Record-Route in reverse")
    func caller() throws {
        let dialog = try callerDialog(["<sip:p1;lr>,<sip:p2;lr>", "<sip:p3;lr>"])
        #expect(dialog.routeSet.compactMap { $0.sip?.host } == ["p3", "p2", "p1"])
        #expect(dialog.state == .confirmed)
        #expect(dialog.localSequence == 1)
        #expect(dialog.remoteSequence == nil)
    }

    @Test("§12.2.1.1 requests: both tags, rising CSeq, Max-Forwards, the target as Request-URI")
    func requests() throws {
        var dialog = try callerDialog([])
        let first = dialog.makeRequest(.info)
        let second = dialog.makeRequest(.bye)
        #expect(first.cseq == CSeqField(2, .info))
        #expect(second.cseq == CSeqField(3, .bye))
        #expect(second.from?.tag == "local")
        #expect(second.to?.tag == "remote")
        #expect(second.callID == "call")
        #expect(second.maxForwards == 70)
        #expect(second.uri.description == "sip:bob@198.51.100.7")
        #expect(second.routes.isEmpty)
        #expect(dialog.nextURI?.host == "198.51.100.7")
    }

    @Test("§12.2.1.1 loose routing keeps the target and lists the routes")
    func looseRouting() throws {
        var dialog = try callerDialog(["<sip:p2;lr>", "<sip:p1;lr>"])
        let bye = dialog.makeRequest(.bye)
        #expect(bye.uri.description == "sip:bob@198.51.100.7")
        #expect(bye.routes.map(\.description) == ["<sip:p1;lr>", "<sip:p2;lr>"])
        #expect(dialog.nextURI?.host == "p1")
    }

    @Test("§12.2.1.1 strict routing: the RFC's own example")
    func strictRouting() throws {
        var dialog = try callerDialog(
            ["<sip:proxy4>", "<sip:proxy3;lr>", "<sip:proxy2>", "<sip:proxy1>"], contact: "<sip:user@remoteua>")
        let request = dialog.makeRequest(.info)
        #expect(request.uri.description == "sip:proxy1")
        let routes = ["<sip:proxy2>", "<sip:proxy3;lr>", "<sip:proxy4>", "<sip:user@remoteua>"]
        #expect(request.routes.map(\.description) == routes)
        #expect(dialog.nextURI?.host == "proxy1")
    }

    @Test("§12.2.1.1 what may not stand in a Request-URI is taken off a strict router's")
    func strictRouterURI() throws {
        var dialog = try callerDialog(["<sip:proxy1;method=INVITE;transport=tcp?Subject=x>"])
        #expect(dialog.makeRequest(.bye).uri.description == "sip:proxy1;transport=tcp")
    }

    @Test("§12.2.2 a lower CSeq is out of order, a higher one with a gap is not")
    func sequence() {
        var dialog = Dialog(asCallee: Peer.invite(), localTag: "local")
        #expect(dialog.admit(Peer.request(.info, sequence: 5)) == true)
        #expect(dialog.admit(Peer.request(.info, sequence: 4)) == false)
        #expect(dialog.remoteSequence == 5)
        #expect(dialog.admit(Peer.request(.info, sequence: 9)) == true)
    }

    @Test("§12.2 a target refresh moves the target and leaves the routes")
    func targetRefresh() throws {
        var dialog = try callerDialog(["<sip:p1;lr>"])
        dialog.refreshTarget(from: Peer.request(.invite, sequence: 2, contact: "<sip:bob@203.0.113.1:5070>"))
        #expect(dialog.remoteTarget.description == "sip:bob@203.0.113.1:5070")
        #expect(dialog.routeSet.count == 1)
        dialog.refreshTarget(from: Peer.request(.invite, sequence: 3))
        #expect(dialog.remoteTarget.description == "sip:bob@203.0.113.1:5070")
    }

    @Test("a 2xx without Contact leaves the INVITE's Request-URI as target")
    func missingContact() throws {
        let dialog = try callerDialog([], contact: nil)
        #expect(dialog.remoteTarget.description == "sip:bob@example.com")
    }

    @Test("both tags and the Call-ID together own a request")
    func owns() {
        let dialog = Dialog(asCallee: Peer.invite(), localTag: "local")
        #expect(dialog.owns(Peer.request(.bye, sequence: 2)))
        #expect(!dialog.owns(Peer.request(.bye, sequence: 2, tag: "other")))
        #expect(!dialog.owns(Peer.request(.bye, sequence: 2, localTag: "other")))
        #expect(DialogKey(of: Peer.request(.bye, sequence: 2)) == dialog.key)
        #expect(DialogKey(of: Peer.invite()) == nil)
    }

    @Test("§13.2.2.4, §22.1 the ACK has the INVITE's number and credentials")
    func acknowledgement() throws {
        let dialog = try callerDialog([])
        var fields = HeaderFields()
        fields.append(.authorization, "Digest a=b")
        fields.append(.proxyAuthorization, "Digest c=d")
        let ack = dialog.makeAck(sequence: 1, invite: fields)
        #expect(ack.cseq == CSeqField(1, .ack))
        #expect(ack.fields.first(.authorization) == "Digest a=b")
        #expect(ack.fields.first(.proxyAuthorization) == "Digest c=d")
    }
}
