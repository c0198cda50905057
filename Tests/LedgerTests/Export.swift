import Billing
import Foundation
import Ledger
import Octets
import Testing
import Timing

@Suite("Export of call records")
struct Export {
    /// A call of two legs, one unanswered call, and one that is still running.
    private static func filled() throws -> ScratchFolder {
        let folder = try ScratchFolder()
        let opened = try Ledger.open(Build.options(folder.path)) { _ in }
        var caller = Build.ended(1, call: 1, leg: 1)
        caller.parties.account = "1001"
        caller.parties.source = InetEndpoint(text: "192.0.2.7:5060")
        caller.parties.userAgent = "Phone \"X\", v1"
        caller.route.tried = [
            TriedRoute(trunk: "a", sipStatus: 503, cause: .temporaryFailure, milliseconds: 12)
        ]
        var callee = Build.ended(2, call: 1, leg: 2)
        callee.route.trunkOut = "out"
        callee.parties.calleeRouted = "49301002"
        callee.parties.destination = InetEndpoint(text: "192.0.2.8:5060")
        var busy = Build.record(3, call: 2)
        busy.outcome.disposition = .busy
        busy.outcome.sipStatus = 486
        busy.times.end = WallInstant(microseconds: busy.times.invite.microseconds + 2_000_000)
        busy.closeReason = .refused
        for operation in [
            LedgerOperation.close(caller), .close(callee), .close(busy), .setup(Build.record(4, call: 3)),
        ] { opened.ledger.submit(operation) }
        opened.ledger.close()
        return folder
    }

    private static func text(_ folder: ScratchFolder, _ export: CDRExport) throws -> String {
        var octets: [UInt8] = []
        try export.run(databasePath: folder.path + "/records.sqlite") { octets += $0 }
        return String(decoding: octets, as: UTF8.self)
    }

    @Test("csv: a header, CRLF, quotes only where needed, an empty field for nothing")
    func csv() throws {
        let lines = try Self.text(Self.filled(), CDRExport(format: .csv)).components(separatedBy: "\r\n")
        #expect(lines.count == 6)
        #expect(lines[0] == ExpectedExport.header)
        #expect(lines[1] == ExpectedExport.firstLine)
        #expect(lines[5].isEmpty)
    }

    @Test("jsonl: every column in every line, tried routes as an array")
    func jsonl() throws {
        let lines = try Self.text(Self.filled(), CDRExport(format: .jsonl)).split(separator: "\n")
        #expect(lines.count == 4)
        let object = try #require(try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(Set(object.keys) == Set(ExpectedExport.header.split(separator: ",").map(String.init)))
        #expect(object["user_agent"] as? String == "Phone \"X\", v1")
        #expect(object["talk_ms"] as? Int == 10_000)
        #expect((object["tried_routes"] as? [[String: Any]])?.first?["sip_code"] as? Int == 503)
        #expect(object["to_tag"] is NSNull)
        let running = try #require(try JSONSerialization.jsonObject(with: Data(lines[3].utf8)) as? [String: Any])
        #expect(running["state"] as? String == "setup")
        #expect((running["tried_routes"] as? [Any])?.isEmpty == true)
    }

    @Test("asterisk: one line a finished call, in the columns of Master.csv")
    func asterisk() throws {
        let text = try Self.text(Self.filled(), CDRExport(format: .asterisk))
        #expect(
            text == """
                "1001","1001","1002","accounts",""\""" <1001>","SIP/1001-00000001","SIP/out-00000002","Dial",\
                "SIP/49301002@192.0.2.8:5060","2025-10-09 08:53:21","2025-10-09 08:53:26","2025-10-09 08:53:36",15,10,\
                "ANSWERED","BILLING","\(Build.id(1_001))",""
                "","1001","1002","accounts",""\""" <1001>","SIP/unknown-00000003","","","","2025-10-09 08:53:23","",\
                "2025-10-09 08:53:25",2,0,"BUSY","DOCUMENTATION","\(Build.id(1_002))",""

                """)
    }

    @Test("since counts, until does not")
    func span() throws {
        let folder = try Self.filled()
        let second = WallInstant(microseconds: Build.epoch + 2_000_000)
        let fourth = WallInstant(microseconds: Build.epoch + 4_000_000)
        let lines = try CDRExport(format: .jsonl, since: second, until: fourth)
            .run(databasePath: folder.path + "/records.sqlite") { _ in }
        #expect(lines == 2)
    }

    @Test("more than a page comes out whole and in order, while the ledger runs")
    func pages() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let opened = try Ledger.open(Build.options(folder.path)) { answers.take($0) }
        for number in (1...1_200 as ClosedRange<UInt64>).reversed() {
            opened.ledger.submit(.close(Build.ended(number)))
        }
        opened.ledger.submit(.open(Build.answered(1_201), token: Build.token(1)))
        try answers.wait()
        var octets: [UInt8] = []
        let lines = try CDRExport(format: .csv).run(databasePath: folder.path + "/records.sqlite") { octets += $0 }
        opened.ledger.close()
        #expect(lines == 1_201)
        let ids = String(decoding: octets, as: UTF8.self).components(separatedBy: "\r\n").dropFirst()
            .compactMap { $0.split(separator: ",").dropFirst().first.map(String.init) }
        #expect(ids == (1...1_201).map { Build.id($0).description })
    }

    @Test(
        "instants are read as ISO 8601 or as seconds since 1970",
        arguments: [
            ("2026-01-02", 1_767_312_000_000_000), ("2026-01-02T03:04:05Z", 1_767_323_045_000_000),
            ("2026-01-02T03:04:05.5+02:00", 1_767_315_845_500_000), ("1767323045", 1_767_323_045_000_000),
            ("1767323045.25", 1_767_323_045_250_000), ("yesterday", nil), ("2026-13-01", nil), ("", nil),
            ("2026-01-02T03:04:05+0200", nil),
        ] as [(String, Int64?)])
    func instants(text: String, microseconds: Int64?) {
        #expect(CDRExport.instant(text: text)?.microseconds == microseconds)
    }
}
