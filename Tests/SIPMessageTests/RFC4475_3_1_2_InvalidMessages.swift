import SIPMessage
import Testing

@Suite("RFC 4475 §3.1.2 invalid messages")
struct RFC4475_3_1_2_InvalidMessages {
    @Test(
        "refused with 400, and what an answer needs is there",
        arguments: [
            "badinv01", "clerr", "ncl", "scalar02", "quotbal", "ltgtruri", "lwsruri", "lwsstart", "trws", "escruri",
            "regbadct", "badaspec", "mismatch01", "multi01", "mcl01",
        ])
    func answered400(name: String) throws {
        let problem = try #require(try TortureCorpus.problem(name))
        #expect(problem.status == 400)
        let request = try #require(problem.answerable)
        let answer = SIPResponse(to: request, status: problem.status, reason: problem.reason)
        #expect(answer.fields.contains(.via))
        #expect(answer.fields.contains(.callID))
        #expect(answer.serialized().starts(with: Array("SIP/2.0 400 ".utf8)))
    }

    @Test("3.1.2.5, 3.1.2.19: a bad response is dropped", arguments: ["scalarlg", "bigcode"])
    func responses(name: String) throws {
        let problem = try #require(try TortureCorpus.problem(name))
        #expect(problem.isResponse)
        #expect(problem.answerable == nil)
    }

    @Test("3.1.2.12: a Date that is none does not matter")
    func date() throws {
        #expect(try TortureCorpus.request("baddate").method == .invite)
    }

    @Test("3.1.2.15: unquoted comma in a display name; the file has no empty line either")
    func displayNames() throws {
        #expect(try TortureCorpus.problem("baddn")?.status == 400)
        var octets = try TortureCorpus.octets("rfc4475", "baddn")
        octets += [13, 10]
        #expect(throws: MessageProblem.self) { try MessageParser.parse(datagram: octets) }
    }

    @Test("3.1.2.16: another version is answered 505")
    func version() throws {
        let problem = try #require(try TortureCorpus.problem("badvers"))
        #expect(problem.status == 505)
        #expect(problem.answerable != nil)
    }

    @Test("3.1.2.18: an unknown method whose CSeq names another: 501")
    func unknownMismatch() throws {
        #expect(try TortureCorpus.problem("mismatch02")?.status == 501)
    }

    @Test("3.1.2.2: on a stream a length beyond the data waits")
    func streamWaits() throws {
        var framer = StreamFramer()
        framer.append(try TortureCorpus.octets("rfc4475", "clerr"))
        #expect(framer.next() == nil)
        #expect(framer.pendingCount > 0)
    }

    @Test("3.1.2.3, 3.3.9: on a stream a length that is none, or two, ends it", arguments: ["ncl", "mcl01"])
    func streamBreaks(name: String) throws {
        var framer = StreamFramer()
        framer.append(try TortureCorpus.octets("rfc4475", name))
        guard case .broken(let problem) = framer.next() else {
            Issue.record("the stream goes on")
            return
        }
        #expect(problem.status == 400)
        #expect(problem.answerable != nil)
        #expect(framer.next() == nil)
    }
}
