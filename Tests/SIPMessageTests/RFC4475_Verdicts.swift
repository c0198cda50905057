import SIPMessage
import Testing

@Suite("RFC 4475 and RFC 5118: every message gets its verdict")
struct RFC4475_Verdicts {
    static let rows = TortureCorpus.rows("rfc4475", column: 4) + TortureCorpus.rows("rfc5118", column: 2)

    @Test("every file has a row and every row a file", arguments: [("rfc4475", 4, 50), ("rfc5118", 2, 12)])
    func complete(rfc: String, column: Int, count: Int) throws {
        let names = TortureCorpus.rows(rfc, column: column).map(\.name)
        #expect(names.count == count)
        #expect(Set(names) == (try TortureCorpus.files(rfc)))
    }

    @Test("accepted or refused as the RFC says", arguments: rows)
    func verdict(row: TortureCorpus.Row) throws {
        let problem = try TortureCorpus.problem(row.name, rfc: row.rfc)
        switch row.verdict {
        case "accept": #expect(problem == nil)
        case "reject": #expect(problem != nil)
        default: #expect(problem.map { $0.isResponse || (400...505).contains($0.status) } ?? true)
        }
    }

    @Test("what is accepted is the same message after it was written", arguments: rows)
    func roundTrip(row: TortureCorpus.Row) throws {
        let octets = try TortureCorpus.octets(row.rfc, row.name)
        guard let message = try? MessageParser.parse(datagram: octets) else { return }
        let again = try MessageParser.parse(datagram: message.serialized())
        #expect(again.serialized() == message.serialized())
    }

    @Test("no message cut short at any octet crashes the parser", arguments: rows)
    func truncated(row: TortureCorpus.Row) throws {
        let octets = try TortureCorpus.octets(row.rfc, row.name)
        for count in stride(from: 0, to: min(octets.count, 700), by: 3) {
            _ = try? MessageParser.parse(datagram: Array(octets.prefix(count)))
        }
    }
}
