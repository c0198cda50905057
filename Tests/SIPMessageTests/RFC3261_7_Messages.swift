import SIPMessage
import Testing

@Suite("RFC 3261 §7 and §18.3 messages")
struct RFC3261_7_Messages {
    static let head = "Via: SIP/2.0/UDP h;branch=z9hG4bK1\r\nFrom: <sip:x@y>;tag=1\r\nTo: <sip:a@b>\r\nCall-ID: 1@h\r\n"

    private func parse(_ text: String) throws -> SIPRequest {
        guard case .request(let request) = try MessageParser.parse(datagram: Array(text.utf8)) else {
            throw TortureCorpus.NotThisKind()
        }
        return request
    }

    private func options(_ more: String, body: String = "") throws -> SIPRequest {
        try parse("OPTIONS sip:a@b SIP/2.0\r\n" + Self.head + "CSeq: 7 OPTIONS\r\n" + more + "\r\n" + body)
    }

    @Test("18.3: a longer datagram is cut, a shorter one refused, no Content-Length takes all")
    func contentLength() throws {
        #expect(try options("Content-Length: 3\r\n", body: "abcdef").body == Array("abc".utf8))
        #expect(try options("", body: "abcdef").body == Array("abcdef".utf8))
        #expect(throws: MessageProblem.self) { try options("Content-Length: 7\r\n", body: "abcdef") }
        for value in ["-1", "+3", "3 3", "0x3", "", "99999999999999999999999"] {
            #expect(throws: MessageProblem.self) { try options("Content-Length: \(value)\r\n", body: "abcdef") }
        }
    }

    @Test("7.3.1: unknown fields are kept as they were, name and value")
    func unknownFields() throws {
        let request = try options("x-NAME  :   odd ;; value  \r\n")
        #expect(request.fields.first("X-Name") == "odd ;; value")
        #expect(String(decoding: request.serialized(), as: UTF8.self).contains("\r\nx-NAME: odd ;; value\r\n"))
    }

    @Test("7.5: line ends before the start line are passed over")
    func leadingLines() throws {
        let request = try parse("\r\n\r\nOPTIONS sip:a@b SIP/2.0\r\n" + Self.head + "CSeq: 7 OPTIONS\r\n\r\n")
        #expect(request.method == .options)
    }

    @Test("a bare CR or LF in a header section is refused", arguments: ["X: a\rb\r\n", "X: a\nVia: b\r\n", "X: a\n"])
    func bareLineEnds(line: String) {
        #expect(throws: MessageProblem.self) { try options(line) }
    }

    @Test("octets that are no UTF-8 pass through unchanged")
    func rawOctets() throws {
        let octets =
            Array(("OPTIONS sip:a@b SIP/2.0\r\n" + Self.head + "CSeq: 7 OPTIONS\r\nX: ").utf8) + [0xFF, 0xC3]
            + Array("\r\n\r\n".utf8)
        let written = try MessageParser.parse(datagram: octets).serialized()
        #expect(written.contains(0xFF))
        #expect(written.contains(0xC3))
    }

    @Test("every part that a value set by code could end is safe: nothing starts a new line")
    func injection() throws {
        let evil = "a\r\nEvil: 1\r\n\r\nbody\0"
        var request = try options("")
        request.method = .other(evil)
        request.uri = .other(scheme: evil, evil)
        request.fields.append(.subject, evil)
        request.fields.append(HeaderName(evil), evil)
        request.setTopVia(ViaField(transport: evil, host: evil, port: 1, branch: evil))
        request.from = NameAddress(displayName: evil, SIPURI(user: evil, host: evil), tag: evil)
        var response = SIPResponse(to: request, status: 200, reason: evil, toTag: evil)
        response.warnings = [WarningField(code: 399, agent: evil, text: evil)]
        for octets in [request.serialized(), response.serialized()] {
            let lines = String(decoding: octets, as: UTF8.self).split(
                separator: "\r\n", omittingEmptySubsequences: false)
            #expect(!lines.contains { $0.hasPrefix("Evil") })
            #expect(lines.suffix(2) == ["", ""])
            #expect(lines.dropLast(2).allSatisfy { !$0.isEmpty && !$0.utf8.contains(10) && !$0.utf8.contains(13) })
            #expect(!octets.contains(0))
        }
    }

    @Test("8.2.6.2: a response takes Via, From, To, Call-ID and CSeq as they came, and adds the tag")
    func response() throws {
        var request = try options("Via: SIP/2.0/TCP two\r\nRecord-Route: <sip:p;lr>\r\n")
        request.pushVia(ViaField(transport: "UDP", host: "top", port: nil))
        var response = SIPResponse(to: request, status: 200, toTag: "mine")
        response.copyRecordRoute(from: request)
        #expect(response.reason == "OK")
        #expect(response.vias.map(\.host) == ["top", "h", "two"])
        #expect(response.to?.tag == "mine")
        #expect(response.from == request.from)
        #expect(response.recordRoutes.count == 1)
        guard case .response(let read) = try MessageParser.parse(datagram: response.serialized()) else {
            Issue.record("no response")
            return
        }
        #expect(read.status == 200)
        #expect(read.fields.first(.contentLength) == "0")
        #expect(SIPResponse(to: request, status: 100, toTag: "mine").to?.tag == nil)
    }

    @Test("edits: replace and remove one element of a list line, the others stay")
    func editLists() throws {
        var request = try options("")
        request.fields.set(.via, "SIP/2.0/UDP one;branch=z9hG4bKa , SIP/2.0/UDP two")
        request.setTopVia(ViaField(transport: "UDP", host: "changed", port: 9))
        #expect(request.vias.map(\.host) == ["changed", "two"])
        request.popVia()
        #expect(request.vias.map(\.host) == ["two"])
        request.popVia()
        #expect(!request.fields.contains(.via))
        request.fields.append(.route, "<sip:a>")
        request.fields.append(.subject, "s")
        request.fields.append(.route, "<sip:b>")
        request.fields.set(.route, to: ["<sip:c>", "<sip:d>"])
        #expect(request.fields.names.suffix(3) == [.route, .route, .subject])
        request.fields.set(.route, "<sip:e>")
        #expect(request.fields.all(.route) == ["<sip:e>"])
    }

    @Test("limits: 256 field lines, 65,535 octets, 4,096 octets of Request-URI")
    func limits() throws {
        #expect(throws: Never.self) { try options(String(repeating: "X: 1\r\n", count: 251)) }
        #expect(throws: MessageProblem.self) { try options(String(repeating: "X: 1\r\n", count: 252)) }
        #expect(throws: MessageProblem.self) { try options("", body: String(repeating: "x", count: 65_535)) }
        do {
            _ = try parse(
                "OPTIONS sip:\(String(repeating: "a", count: 4_097)) SIP/2.0\r\n" + Self.head
                    + "CSeq: 1 OPTIONS\r\n\r\n")
            Issue.record("taken")
        } catch {
            #expect((error as? MessageProblem)?.status == 414)
        }
    }

    @Test("an ACK that is malformed is not answered")
    func badACK() {
        do {
            _ = try parse("ACK sip:a@b SIP/2.0\r\n" + Self.head + "CSeq: x ACK\r\n\r\n")
            Issue.record("taken")
        } catch {
            #expect((error as? MessageProblem)?.answerable == nil)
        }
    }
}
