import Billing
import Ledger
import Testing
import Timing

@Suite("Stored registrations")
struct Registrations {
    static func binding(_ user: String, _ contact: String, until: Int64 = 100) -> RegistrationRow {
        RegistrationRow(
            user: user, contact: contact, expires: WallInstant(microseconds: Build.epoch + until * 1_000_000),
            quality: 500, callID: "c", sequence: 1, hop: "tcp 192.0.2.9:5060 7", instance: "<urn:uuid:1>")
    }

    @Test("a restart brings back what was stored, and not what ran out or was removed")
    func restart() throws {
        let folder = try ScratchFolder()
        let first = try Ledger.open(Build.options(folder.path)) { _ in }
        first.ledger.submit(.store(Self.binding("1001", "sip:a")))
        first.ledger.submit(.store(Self.binding("1001", "sip:b")))
        first.ledger.submit(.store(Self.binding("1002", "sip:c", until: 1)))
        first.ledger.submit(.remove(user: "1001", contact: "sip:b"))
        first.ledger.close()
        let clock = StepClock(Build.epoch + 2_000_000)
        let second = try Ledger.open(Build.options(folder.path, clock: clock)) { _ in }
        #expect(second.registrations == [Self.binding("1001", "sip:a")])
        second.ledger.close()
    }

    @Test("a change can wait for its commit, and removing all keeps what comes after")
    func awaited() throws {
        let folder = try ScratchFolder()
        let answers = Answers()
        let first = try Ledger.open(Build.options(folder.path)) { answers.take($0) }
        first.ledger.submit(.store(Self.binding("1001", "sip:a")), token: Build.token(1))
        try answers.wait()
        first.ledger.submit(.removeAll(user: "1001"))
        first.ledger.submit(.store(Self.binding("1001", "sip:b")), token: Build.token(2))
        try answers.wait()
        first.ledger.close()
        let second = try Ledger.open(Build.options(folder.path)) { _ in }
        #expect(second.registrations == [Self.binding("1001", "sip:b")])
        second.ledger.close()
        #expect(answers.all == [.committed(Build.token(1)), .committed(Build.token(2))])
    }
}
