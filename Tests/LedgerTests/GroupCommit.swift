import Billing
import Ledger
import Testing

@Suite("Group commit")
struct GroupCommit {
    @Test("everything that waits shares one commit")
    func shared() throws {
        let bench = try GatedLedger()
        try bench.begin(.open(Build.answered(1), token: Build.token(1)))
        for number in 2...100 as ClosedRange<UInt64> {
            bench.ledger.submit(.open(Build.answered(number), token: Build.token(number)))
        }
        #expect(bench.answers.all.isEmpty)
        let rows = try bench.finish(answers: 100)
        #expect(bench.ledger.status.commits == 2)
        #expect(Set(bench.answers.all) == Set((1...100).map { LedgerEvent.committed(Build.token($0)) }))
        #expect(try rows.one("SELECT count(*) FROM cdr WHERE state = 'open'") == "100")
    }

    @Test("an answer waits at most 5 ms for others to share its commit")
    func bound() throws { #expect((1...5).contains(Build.options(try ScratchFolder().path).gatherMilliseconds)) }

    @Test("a call that nobody waits for costs one row change when it is short")
    func coalesced() throws {
        let bench = try GatedLedger()
        try bench.begin(.open(Build.answered(1), token: Build.token(1)))
        bench.ledger.submit(.setup(Build.record(2)))
        bench.ledger.submit(.open(Build.answered(2), token: Build.token(2)))
        bench.ledger.submit(.close(Build.ended(2)))
        let rows = try bench.finish(answers: 2)
        #expect(bench.ledger.status.rows == 2)
        #expect(
            try rows.values("SELECT seq, state FROM cdr ORDER BY seq") == [
                ["1", "open"], ["2", "closed"],
            ])
    }

    @Test("what nobody waits for lies until it is old enough, and a set-up joins its answer")
    func lazy() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        var options = Build.options(folder.path)
        options.lazyMilliseconds = 60_000
        let opened = try Ledger.open(options) { answers.take($0) }
        opened.ledger.submit(.setup(Build.record(1)))
        opened.ledger.submit(.setup(Build.record(2, call: 2)))
        opened.ledger.submit(.open(Build.answered(1), token: Build.token(1)))
        try answers.wait()
        #expect(opened.ledger.status.rows == 1)
        #expect(try Rows(folder.path).column("SELECT cdr_id FROM cdr") == [Build.id(1).description])
        opened.ledger.close()
        #expect(opened.ledger.status.rows == 2)
        #expect(try Rows(folder.path).column("SELECT state FROM cdr ORDER BY seq") == ["open", "setup"])
    }

    @Test("sequence numbers go on without a gap across restarts")
    func sequence() throws {
        let folder = try ScratchFolder()
        for round in 0..<3 as Range<UInt64> {
            let opened = try Ledger.open(Build.options(folder.path)) { _ in }
            for number in 1...5 as ClosedRange<UInt64> {
                opened.ledger.submit(.close(Build.ended(round * 10 + number)))
            }
            opened.ledger.close()
        }
        let rows = try Rows(folder.path)
        #expect(try rows.column("SELECT seq FROM cdr ORDER BY seq") == (1...15).map(String.init))
        #expect(try rows.one("SELECT count(DISTINCT boot_id) FROM cdr") == "3")
        #expect(try rows.one("SELECT count(*) FROM boot WHERE ended IS NOT NULL") == "3")
    }

    @Test("a second close and a late interim change nothing and use no number")
    func finality() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let opened = try Ledger.open(Build.options(folder.path)) { answers.take($0) }
        opened.ledger.submit(.close(Build.ended(1, seconds: 10)))
        opened.ledger.submit(.open(Build.answered(2), token: Build.token(2)))
        try answers.wait()
        opened.ledger.submit(.interim(Build.answered(1)))
        opened.ledger.submit(.open(Build.answered(3), token: Build.token(3)))
        try answers.wait()
        opened.ledger.submit(.close(Build.ended(1, seconds: 99)))
        opened.ledger.submit(.open(Build.answered(4), token: Build.token(4)))
        try answers.wait()
        opened.ledger.close()
        let rows = try Rows(folder.path)
        #expect(try rows.values("SELECT seq, state, talk_ms FROM cdr WHERE seq = 1") == [["1", "closed", "10000"]])
        #expect(try rows.column("SELECT seq FROM cdr ORDER BY seq") == ["1", "2", "3", "4"])
        #expect(try rows.one("SELECT count(*) FROM outbox") == "1")
    }

    @Test("a final record lies in the outbox under its idempotency key until it is delivered")
    func outbox() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let opened = try Ledger.open(Build.options(folder.path)) { answers.take($0) }
        var record = Build.ended(1)
        record.partialNumber = 3
        opened.ledger.submit(.close(record))
        opened.ledger.submit(.open(Build.answered(2), token: Build.token(2)))
        try answers.wait()
        let reader = try OutboxReader(databasePath: folder.path + "/records.sqlite")
        let entries = try reader.entries(after: 0, limit: 10)
        #expect(entries.map(\.idempotencyKey) == ["\(Build.id(1))+3"])
        opened.ledger.acknowledge(outbox: entries.map(\.id))
        opened.ledger.close()
        #expect(try Rows(folder.path).one("SELECT count(*) FROM outbox") == "0")
    }
}
