import SIPMessage
import Testing

@Suite("RFC 3261 §7 messages")
struct RFC3261_7_Messages {
    @Test("a plain request is read")
    func request() throws {
        let text = "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bK1\r\nf: <sip:x@y>;tag=1\r\nt: <sip:a@b>\r\n"
            + "i: 1@h\r\nCSeq: 7 OPTIONS\r\nl: 0\r\n\r\n"
        guard case .request(let request) = try MessageParser.parse(datagram: Array(text.utf8)) else {
            Issue.record("no request")
            return
        }
        #expect(request.method == .options)
        #expect(request.cseq == CSeqField(7, .options))
        #expect(request.from?.tag == "1")
        #expect(try request.topVia().branch == "z9hG4bK1")
    }
}
