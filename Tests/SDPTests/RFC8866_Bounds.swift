import SDP
import Testing

@Suite("Bounds on what a description may cost")
struct RFC8866_Bounds {
    private let head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"

    @Test("more octets than the limit are refused before a line is read")
    func octets() {
        let text = head + String(repeating: "x", count: 70_000)
        #expect(throws: SDPProblem.tooManyOctets(limit: 65_535)) {
            try SessionDescription(parsing: Array(text.utf8))
        }
    }

    @Test("empty lines count as lines")
    func lines() {
        let text = head + String(repeating: "\n", count: 2_000)
        #expect(throws: SDPProblem.tooManyLines(limit: 1_024)) {
            try SessionDescription(parsing: Array(text.utf8))
        }
    }

    @Test("32 sections are read, 33 are refused")
    func sections() throws {
        let section = "m=audio 4000 RTP/AVP 0\r\n"
        let most = head + String(repeating: section, count: 32)
        #expect(try SessionDescription(parsing: Array(most.utf8)).media.count == 32)
        #expect(throws: SDPProblem.tooManyMedia(limit: 32)) {
            try SessionDescription(parsing: Array((most + section).utf8))
        }
    }

    @Test("129 formats on one line are refused")
    func formats() {
        let text = head + "m=audio 4000 RTP/AVP" + String(repeating: " 0", count: 129)
        #expect(throws: SDPProblem.tooManyFormats(line: 5)) { try SessionDescription(parsing: Array(text.utf8)) }
    }
}
