import Billing
import Dispatch
import Foundation
import Ledger
import Synchronization
import Testing
import Timing

/// Counts from a given instant, a millisecond a look.
final class StepClock: Sendable {
    private let next: Atomic<Int64>

    init(_ start: Int64 = 1_760_000_000_000_000) { next = Atomic(start) }

    func now() -> WallInstant {
        WallInstant(microseconds: next.wrappingAdd(1_000, ordering: .relaxed).oldValue)
    }

    func set(_ microseconds: Int64) { next.store(microseconds, ordering: .relaxed) }
}

/// Collects what the ledger answers and lets a test wait for it.
final class Answers: Sendable {
    private let events = Mutex<[LedgerEvent]>([])
    private let bell = DispatchSemaphore(value: 0)

    func take(_ new: [LedgerEvent]) {
        events.withLock { $0 += new }
        for _ in new { bell.signal() }
    }

    var all: [LedgerEvent] { events.withLock { $0 } }

    /// Waits for so many further answers, at most 20 s each.
    func wait(_ count: Int = 1) throws {
        for _ in 0..<count { try #require(bell.wait(timeout: .now() + 20) == .success, "no answer came") }
    }
}

/// A door that a test closes before the disk.
final class Gate: Sendable {
    private let isClosed = Atomic<Bool>(false)
    private let reached = DispatchSemaphore(value: 0)
    private let door = DispatchSemaphore(value: 0)

    func close() { isClosed.store(true, ordering: .sequentiallyConsistent) }

    func open() {
        if isClosed.exchange(false, ordering: .sequentiallyConsistent) { door.signal() }
    }

    /// Called by the writer.
    func pass() {
        guard isClosed.load(ordering: .sequentiallyConsistent) else { return }
        reached.signal()
        door.wait()
    }

    /// Waits until the writer stands before the door.
    func waitForWriter() throws {
        try #require(reached.wait(timeout: .now() + 20) == .success, "the writer never came")
    }
}

enum Build {
    static let epoch: Int64 = 1_760_000_000_000_000

    static func id(_ number: UInt64) -> UUIDv7 {
        UUIDv7(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0000 + number)
    }

    static func record(_ number: UInt64, call: UInt64 = 1, leg: UInt16 = 1) -> CallRecord {
        CallRecord(
            identity: RecordIdentity(
                cdrID: id(number), callID: id(1_000 + call), legNumber: leg, parentLeg: leg == 1 ? nil : 1,
                sipCallID: "call-\(number)@test", fromTag: "from-\(number)"),
            parties: CallParties(direction: leg == 1 ? .inbound : .outbound, callerRaw: "1001", calleeRaw: "1002"),
            times: CallTimes(invite: WallInstant(microseconds: epoch + Int64(number) * 1_000_000)))
    }

    static func answered(_ number: UInt64, call: UInt64 = 1, leg: UInt16 = 1) -> CallRecord {
        var record = record(number, call: call, leg: leg)
        record.times.answer = WallInstant(microseconds: record.times.invite.microseconds + 5_000_000)
        record.outcome.sipStatus = 200
        record.outcome.disposition = .answered
        record.outcome.billable = true
        return record
    }

    static func ended(_ number: UInt64, call: UInt64 = 1, leg: UInt16 = 1, seconds: Int64 = 10) -> CallRecord {
        var record = answered(number, call: call, leg: leg)
        record.times.end = WallInstant(microseconds: record.times.invite.microseconds + 5_000_000 + seconds * 1_000_000)
        record.times.talkNanoseconds = seconds * 1_000_000_000
        record.closeReason = .hangup
        record.outcome.cause = .normalClearing
        record.outcome.causeSource = .mapped
        record.outcome.releasedBy = .caller
        return record
    }

    static func token(_ number: UInt64) -> LedgerToken { LedgerToken(rawValue: number) }

    static func options(_ folder: String, clock: StepClock = StepClock()) -> LedgerOptions {
        var options = LedgerOptions(directory: folder, nodeID: "n1", clock: { clock.now() })
        options.callSlots = 16
        options.lazyMilliseconds = 0
        options.reserveMegabytes = 1
        options.diskMinimumMegabytes = 1
        return options
    }
}
