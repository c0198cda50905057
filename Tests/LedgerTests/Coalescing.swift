import Billing
import Ledger
import Testing

@Suite("Pending rows")
struct Coalescing {
    @Test("a later state replaces an earlier one in its place")
    func replaced() {
        var pending = PendingRows()
        pending.merge(.setup(Build.record(1)))
        pending.merge(.setup(Build.record(2)))
        pending.merge(.open(Build.answered(1), token: Build.token(7)))
        pending.merge(.close(Build.ended(1)))
        #expect(pending.selection(all: true).map(\.record.identity.cdrID) == [Build.id(1), Build.id(2)])
        #expect(pending.selection(all: true).map(\.state) == [.closed, .setup])
        #expect(pending.tokens == [Build.token(7)])
    }

    @Test("nothing goes back: an interim after the close, a set-up after the answer")
    func monotone() {
        var pending = PendingRows()
        pending.merge(.close(Build.ended(1, seconds: 4)))
        pending.merge(.interim(Build.answered(1)))
        pending.merge(.close(Build.ended(1, seconds: 9)))
        pending.merge(.open(Build.answered(2), token: Build.token(1)))
        pending.merge(.setup(Build.record(2)))
        #expect(pending.selection(all: true).map(\.state) == [.closed, .open])
        #expect(pending.selection(all: true).first?.record.times.talkMilliseconds == 4_000)
    }

    @Test("tokens are answered once, rows stay for the next attempt")
    func tokens() {
        var pending = PendingRows()
        pending.merge(.open(Build.answered(1), token: Build.token(1)))
        #expect(pending.takeTokens() == [Build.token(1)])
        #expect(pending.takeTokens().isEmpty)
        #expect(pending.count == 1)
    }

    @Test("a commit that a call waits for takes all its legs, and leaves other calls to lie")
    func lazy() {
        var pending = PendingRows()
        pending.merge(.setup(Build.record(1, call: 7)))
        pending.merge(.setup(Build.record(2, call: 8)))
        pending.merge(.setup(Build.record(3, call: 8, leg: 2)))
        pending.merge(.open(Build.answered(2, call: 8), token: Build.token(1)))
        pending.merge(.close(Build.ended(2, call: 8)))
        #expect(pending.selection(all: false).map(\.record.identity.cdrID) == [Build.id(2), Build.id(3)])
        #expect(pending.selection(all: false).map(\.state) == [.closed, .setup])
        pending.drop(all: false)
        #expect(pending.selection(all: true).map(\.record.identity.cdrID) == [Build.id(1)])
        #expect(pending.selection(all: false).isEmpty)
        pending.drop(all: true)
        #expect(pending.count == 0)
    }
}
