import Billing
import Ledger
import Testing

@Suite("A stalled disk")
struct StalledDisk {
    @Test("submit returns at once, and in the end everything is written in order")
    func order() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let gate = Gate()
        var options = Build.options(folder.path)
        options.beforeCommit = { gate.pass() }
        let opened = try Ledger.open(options) { answers.take($0) }
        gate.close()
        opened.ledger.submit(.setup(Build.record(1)))
        try gate.waitForWriter()
        opened.ledger.submit(.open(Build.answered(1), token: Build.token(1)))
        opened.ledger.submit(.setup(Build.record(2)))
        opened.ledger.submit(.close(Build.ended(1)))
        #expect(answers.all.isEmpty)
        gate.open()
        try answers.wait()
        opened.ledger.close()
        #expect(answers.all == [.committed(Build.token(1))])
        let found = try Rows(folder.path).values("SELECT seq, cdr_id, state FROM cdr ORDER BY seq")
        #expect(found == [["1", "\(Build.id(1))", "closed"], ["2", "\(Build.id(2))", "setup"]])
    }

    @Test("a full queue fails an answer at once, and still takes what closes a record")
    func overflow() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let gate = Gate()
        var options = Build.options(folder.path)
        options.beforeCommit = { gate.pass() }
        options.queueLimit = 4
        let opened = try Ledger.open(options) { answers.take($0) }
        gate.close()
        opened.ledger.submit(.setup(Build.record(1)))
        try gate.waitForWriter()
        for number in 2...5 as ClosedRange<UInt64> { opened.ledger.submit(.setup(Build.record(number))) }
        opened.ledger.submit(.open(Build.answered(6), token: Build.token(6)))
        #expect(answers.all == [.failed(Build.token(6), .overflow)])
        opened.ledger.submit(.close(Build.ended(6)))
        gate.open()
        opened.ledger.close()
        #expect(try Rows(folder.path).values("SELECT seq, state FROM cdr ORDER BY seq").count == 6)
        #expect(try Rows(folder.path).one("SELECT state FROM cdr WHERE seq = 6") == "closed")
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
