import SIPMessage
import Testing

@Suite("RFC 3261 §18.3 and RFC 5626 §4.4.1 stream framing")
struct RFC3261_18_3_Framing {
    private static func message(_ number: Int, length: String? = nil, body: String = "") -> [UInt8] {
        Array(
            ("OPTIONS sip:a@b SIP/2.0\r\n" + RFC3261_7_Messages.head
                + "CSeq: \(number) OPTIONS\r\n\(length ?? "Content-Length: \(body.utf8.count)\r\n")\r\n\(body)").utf8)
    }

    private func frames(_ framer: inout StreamFramer) -> [StreamFramer.Frame] {
        var frames: [StreamFramer.Frame] = []
        while let frame = framer.next() { frames.append(frame) }
        return frames
    }

    @Test("cut anywhere, the same messages come out", arguments: [1, 2, 3, 7, 64, 1000])
    func segments(size: Int) {
        let messages = [Self.message(1, body: "abc"), Self.message(2), Self.message(3, body: "\r\n\r\nx")]
        let stream = messages[0] + [13, 10] + messages[1] + messages[2]
        var framer = StreamFramer()
        var found: [StreamFramer.Frame] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            framer.append(stream[start..<min(start + size, stream.count)])
            found += frames(&framer)
        }
        #expect(found == messages.map { .message($0) })
        #expect(framer.pendingCount == 0)
    }

    @Test("two line ends are a ping, one is nothing")
    func keepAlive() {
        var framer = StreamFramer()
        framer.append([13, 10])
        #expect(framer.next() == nil)
        framer.append([13, 10])
        #expect(framer.next() == .keepAlive)
        framer.append([13, 10] + Self.message(1))
        #expect(frames(&framer) == [.message(Self.message(1))])
    }

    @Test(
        "compact and folded Content-Length",
        arguments: ["l: 3\r\n", "CONTENT-length  :\t3\r\n", "Content-Length:\r\n 3\r\n"])
    func lengths(line: String) {
        var framer = StreamFramer()
        let octets = Self.message(1, length: line, body: "abc")
        framer.append(octets)
        #expect(framer.next() == .message(octets))
    }

    @Test("a header section or a body without end is refused")
    func unbounded() {
        var framer = StreamFramer()
        framer.append(Array("OPTIONS sip:a@b SIP/2.0\r\n".utf8))
        for _ in 0..<70 { framer.append(Array(String(repeating: "x", count: 1_000).utf8)) }
        guard case .broken = framer.next() else {
            Issue.record("still waiting")
            return
        }
        #expect(framer.pendingCount == 0)
        var other = StreamFramer()
        other.append(Self.message(1, length: "Content-Length: 70000\r\n"))
        guard case .broken(let problem) = other.next() else {
            Issue.record("still waiting")
            return
        }
        #expect(problem.status == 513)
        #expect(problem.answerable != nil)
    }
}
