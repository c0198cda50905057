import Billing
import Foundation
import Glibc
import Ledger
import Testing
import Timing

@Suite("Recovery after kill -9", .serialized)
struct CrashRecovery {
    @Test("open records end at the last packet, unanswered ones without talk, and registrations are there")
    func killed() async throws {
        let folder = try ScratchFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let answers = Answers()
            var opened = try Ledger.open(Build.options(path)) { answers.take($0) }
            opened.ledger.submit(.open(Build.answered(1, call: 1, leg: 1), token: Build.token(1)))
            opened.ledger.submit(.open(Build.answered(2, call: 1, leg: 2), token: Build.token(2)))
            opened.ledger.submit(.setup(Build.record(3, call: 2)))
            opened.ledger.submit(.close(Build.ended(4, call: 3)))
            opened.ledger.submit(.store(CrashRecovery.binding), token: Build.token(3))
            try answers.wait(3)
            let claimed = opened.liveness.claim(caller: Build.id(1), callee: Build.id(2))
            let slot = try #require(claimed)
            var stamp = LivenessStamp()
            stamp.callerIn = WallInstant(microseconds: Build.epoch + 42_000_000)
            stamp.callerOut = WallInstant(microseconds: Build.epoch + 42_010_000)
            stamp.calleeIn = WallInstant(microseconds: Build.epoch + 42_005_000)
            opened.liveness.stamp(slot, stamp)
            kill(getpid(), SIGKILL)
        }
        let later = StepClock(Build.epoch + 9_000_000_000)
        let opened = try Ledger.open(Build.options(path, clock: later)) { _ in }
        #expect(opened.recovered == 3)
        #expect(opened.registrations == [Self.binding])
        opened.ledger.close()
        let rows = try Rows(path)
        let found = try rows.values(
            "SELECT leg_no, state, reason_closed, disposition, t_end - \(Build.epoch), talk_ms, billable FROM cdr ORDER BY cdr_id"
        )
        #expect(
            found == [
                ["1", "recovered", "crash", "answered", "42010000", "36010", "1"],
                ["2", "recovered", "crash", "answered", "42005000", "35005", "1"],
                ["1", "recovered", "crash", "failed", "3000000", "0", "0"],
                ["1", "closed", "hangup", "answered", "19000000", "10000", "1"],
            ])
        #expect(try rows.one("SELECT count(*) FROM outbox") == "4")
        #expect(try rows.one("SELECT count(*) FROM boot WHERE ended IS NULL") == "1")
    }

    static let binding = RegistrationRow(
        user: "1001", contact: "sip:1001@192.0.2.1:5060", expires: WallInstant(microseconds: Build.epoch * 2),
        quality: 1_000, callID: "reg@test", sequence: 2, hop: "udp 192.0.2.1:5060", userAgent: "phone", path: "<sip:p>")

    @Test("without a stamp the end is the last update; hold counts by its proof")
    func fallbacks() async throws {
        let folder = try ScratchFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let answers = Answers()
            let clock = StepClock(Build.epoch + 60_000_000)
            var opened = try Ledger.open(Build.options(path, clock: clock)) { answers.take($0) }
            opened.ledger.submit(.open(Build.answered(1), token: Build.token(1)))
            opened.ledger.submit(.open(Build.answered(2), token: Build.token(2)))
            try answers.wait(2)
            clock.set(Build.epoch + 120_000_000)
            opened.ledger.submit(.interim(Build.answered(1)))
            opened.ledger.submit(.open(Build.answered(3), token: Build.token(3)))
            try answers.wait()
            let claimed = opened.liveness.claim(caller: Build.id(2), callee: nil)
            let slot = try #require(claimed)
            var stamp = LivenessStamp()
            stamp.callerIn = WallInstant(microseconds: Build.epoch + 50_000_000)
            stamp.proof = WallInstant(microseconds: Build.epoch + 70_000_000)
            opened.liveness.stamp(slot, stamp)
            kill(getpid(), SIGKILL)
        }
        let opened = try Ledger.open(Build.options(path, clock: StepClock(Build.epoch + 9_000_000_000))) { _ in }
        opened.ledger.close()
        let rows = try Rows(path)
        #expect(
            try rows.one("SELECT (t_end - \(Build.epoch)) / 1000000 FROM cdr WHERE cdr_id = '\(Build.id(1))'") == "120")
        #expect(try rows.one("SELECT t_end - \(Build.epoch) FROM cdr WHERE cdr_id = '\(Build.id(2))'") == "70000000")
    }

    @Test("a second start finds nothing left to recover")
    func once() async throws {
        let folder = try ScratchFolder()
        let path = folder.path
        await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String] in
            let answers = Answers()
            let opened = try Ledger.open(Build.options(path)) { answers.take($0) }
            opened.ledger.submit(.open(Build.answered(1), token: Build.token(1)))
            try answers.wait()
            kill(getpid(), SIGKILL)
        }
        for expected in [1, 0] {
            let opened = try Ledger.open(Build.options(path)) { _ in }
            #expect(opened.recovered == expected)
            opened.ledger.close()
        }
        #expect(try Rows(path).one("SELECT count(*) FROM outbox") == "1")
    }
}
