import Octets
import SDP
import Testing

@Suite("RFC 8866 §5 writing")
struct RFC8866_Writing {
    @Test("lines stand in the RFC's order, each ended by CRLF")
    func order() {
        var description = SessionDescription(
            origin: Origin(sessionID: "1", sessionVersion: "2", addressType: "IP4", address: "127.0.0.1"),
            connection: ConnectionData(addressType: "IP4", host: "127.0.0.1"),
            attributes: [SessionAttribute("tool", "x")])
        description.bandwidths = [Bandwidth(modifier: "AS", value: 64)]
        description.media = [
            MediaSection(
                kind: .audio, port: 4000, formats: ["0", "101"],
                attributes: [SessionAttribute("rtpmap", "101 telephone-event/8000"), SessionAttribute("sendrecv")])
        ]
        let text = String(decoding: description.serialized(), as: UTF8.self)
        #expect(
            text == """
                v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nb=AS:64\r\nt=0 0\r\na=tool:x\r
                m=audio 4000 RTP/AVP 0 101\r\na=rtpmap:101 telephone-event/8000\r\na=sendrecv\r\n
                """)
    }

    @Test("a line end inside a value can't begin a line of its own")
    func injection() throws {
        var description = SessionDescription(
            origin: Origin(sessionID: "1", sessionVersion: "2", addressType: "IP4", address: "127.0.0.1"))
        description.name = "x\r\nm=audio 1 RTP/AVP 0\r\n"
        let again = try SessionDescription(parsing: description.serialized())
        #expect(again.media.isEmpty)
        #expect(again.name == "xm=audio 1 RTP/AVP 0")
    }

    @Test("unknown attributes, media and transports come back as they were")
    func unknown() throws {
        let text = """
            v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\na=group:BUNDLE 1\r
            m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=candidate:1 1 UDP 1 192.0.2.1 1 typ host\r\na=odd:\r
            m=holograph 5 NEW/THING x y\r\n
            """
        let description = try SessionDescription(parsing: Array(text.utf8))
        #expect(String(decoding: description.serialized(), as: UTF8.self) == text)
        #expect(description.media.last?.kind == .other("holograph"))
        #expect(description.media.last?.profile.isRTP == false)
    }

    @Test("text that is not UTF-8 is repaired once and then stable")
    func notUTF8() throws {
        let octets = Array("v=0\no=- 1 1 IN IP4 h\ns=".utf8) + [0xE9, 0xFF] + Array("\nt=0 0\n".utf8)
        let description = try SessionDescription(parsing: octets)
        #expect(description.name == "\u{FFFD}\u{FFFD}")
        #expect(try SessionDescription(parsing: description.serialized()) == description)
    }
}
