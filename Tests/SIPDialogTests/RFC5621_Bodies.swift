import SIPDialog
import SIPMessage
import Testing

@Suite("RFC 5621, RFC 2046 §5.1.1: the session description in a message")
struct RFC5621_Bodies {
    private func message(_ type: String?, _ body: String) -> SIPRequest {
        var request = SIPRequest(
            method: .invite, uri: .sip(SIPURI(host: "a")), body: Array(body.replacing("\n", with: "\r\n").utf8))
        if let type { request.fields.append(.contentType, type) }
        return request
    }

    private let parts = """
        preamble
        --b1
        Content-Type: application/pidf+xml

        <x/>
        --b1
        content-type : Application/SDP;charset=utf-8
        Content-Disposition: session

        v=0
        s=-

        --b1--
        """

    @Test("alone, whatever the case and parameters of its type, or without a type")
    func alone() {
        #expect(message("Application/SDP ; x=y", "v=0").sessionBody == Array("v=0".utf8))
        #expect(message(nil, "v=0").sessionBody == Array("v=0".utf8))
        #expect(message("application/sdp", "").sessionBody == nil)
        #expect(message("application/isup", "v=0").sessionBody == nil)
    }

    @Test("among other parts", arguments: ["multipart/mixed;boundary=b1", "multipart/mixed; x=y; Boundary=\"b1\""])
    func multipart(_ type: String) {
        #expect(message(type, parts).sessionBody == Array("v=0\r\ns=-\r\n".utf8))
    }

    @Test(
        "without a boundary, an end or a fitting part there is none",
        arguments: [
            ("multipart/mixed", "--b1\nContent-Type: application/sdp\n\nv=0\n--b1--"),
            ("multipart/mixed;boundary=b2", "--b1\nContent-Type: application/sdp\n\nv=0\n--b1--"),
            ("multipart/mixed;boundary=b1", "--b1\nContent-Type: application/sdp\n\nv=0\n"),
            ("multipart/mixed;boundary=b1", "--b1\nContent-Type: text/plain\n\nv=0\n--b1--"),
            ("multipart/mixed;boundary=b1", "--b1--"),
        ])
    func none(_ type: String, _ body: String) {
        #expect(message(type, body).sessionBody == nil)
    }

    @Test("the answer in a multipart 2xx goes up alone")
    func answer() throws {
        var leg = Leg.calling()
        let invite = try #require(leg.effects.sent.first)
        var response = Peer.ok(to: invite.request, body: Array(parts.replacing("\n", with: "\r\n").utf8))
        response.fields.set(.contentType, "multipart/mixed;boundary=b1")
        leg.handle(.response(response, invite.key, Leg.hop))
        guard case .answered(_, let body?)? = leg.effects.last else {
            Issue.record("no answer")
            return
        }
        #expect(body == Array("v=0\r\ns=-\r\n".utf8))
    }
}
