import Billing
import Ledger
import Testing

@Suite("A stalled disk")
struct StalledDisk {
    @Test("submit returns at once, and in the end everything is written in order")
    func order() throws {
        let bench = try GatedLedger()
        try bench.begin(.setup(Build.record(1)))
        bench.ledger.submit(.open(Build.answered(1), token: Build.token(1)))
        bench.ledger.submit(.setup(Build.record(2)))
        bench.ledger.submit(.close(Build.ended(1)))
        #expect(bench.answers.all.isEmpty)
        let found = try bench.finish(answers: 1).values("SELECT seq, cdr_id, state FROM cdr ORDER BY seq")
        #expect(bench.answers.all == [.committed(Build.token(1))])
        #expect(found == [["1", "\(Build.id(1))", "closed"], ["2", "\(Build.id(2))", "setup"]])
    }

    @Test("a full queue fails an answer at once, and still takes what closes a record")
    func overflow() throws {
        let bench = try GatedLedger { $0.queueLimit = 4 }
        try bench.begin(.setup(Build.record(1)))
        for number in 2...5 as ClosedRange<UInt64> { bench.ledger.submit(.setup(Build.record(number))) }
        bench.ledger.submit(.open(Build.answered(6), token: Build.token(6)))
        #expect(bench.answers.all == [.failed(Build.token(6), .overflow)])
        bench.ledger.submit(.close(Build.ended(6)))
        let rows = try bench.finish()
        #expect(try rows.values("SELECT seq, state FROM cdr ORDER BY seq").count == 6)
        #expect(try rows.one("SELECT state FROM cdr WHERE seq = 6") == "closed")
    }

    @Test("after close nothing is taken")
    func closed() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let opened = try Ledger.open(Build.options(folder.path)) { answers.take($0) }
        opened.ledger.close()
        opened.ledger.submit(.open(Build.answered(1), token: Build.token(1)))
        #expect(answers.all == [.failed(Build.token(1), .overflow)])
    }
}
