import Billing
import CLinux
import GRDB

/// What the writer thread does: gather, commit, answer, and again.
///
/// Owner: the writer thread; it holds the database for as long as it runs.
final class WriterLoop {
    private let options: LedgerOptions
    private let inbox: LedgerInbox
    private let board: LedgerBoard
    private let deliver: @Sendable ([LedgerEvent]) -> Void
    private let space: DiskSpace
    private let transaction: WriterTransaction
    private var pending = PendingWork()
    private var spaceDue: UInt64 = 0

    /// Milliseconds between looks at the disk's free space, and between attempts after a failed commit.
    private static let spaceInterval = 1_000
    private static let retryInterval = 50

    init(
        _ database: Database, options: LedgerOptions, bootID: Int64, inbox: LedgerInbox, board: LedgerBoard,
        deliver: @escaping @Sendable ([LedgerEvent]) -> Void
    ) throws {
        self.options = options
        self.inbox = inbox
        self.board = board
        self.deliver = deliver
        space = DiskSpace(options)
        transaction = try WriterTransaction(database, options: options, bootID: bootID)
    }

    /// Runs until the inbox is closed and everything in it is written, or cannot be.
    func run() {
        while true {
            gather()
            lookAtDisk()
            let load = inbox.take(retained: pending.count)
            for item in load.items { pending.merge(item) }
            let isDone = commit()
            if load.isClosing, isDone || !retryAtEnd() { return }
        }
    }

    /// Waits until there is enough to write.
    private func gather() {
        if !pending.isEmpty { return inbox.wait(.onClosing, milliseconds: Self.retryInterval) }
        var outline = inbox.outline
        if outline.isEmpty, !outline.isClosing {
            inbox.wait(.onAnything, milliseconds: Self.spaceInterval)
            outline = inbox.outline
        }
        if outline.isEmpty || outline.isClosing { return }
        if !outline.isAwaited { inbox.wait(.onAwaited, milliseconds: options.lazyMilliseconds) }
        if inbox.outline.isAwaited { inbox.wait(.onClosing, milliseconds: options.gatherMilliseconds) }
    }

    private func lookAtDisk() {
        let now = clinux_now_ns()
        guard now >= spaceDue else { return }
        spaceDue = now + UInt64(Self.spaceInterval) * 1_000_000
        space.refresh()
        board.admitsCalls = space.admitsCalls
    }

    /// - Returns: false when work is left over.
    private func commit() -> Bool {
        guard !pending.isEmpty else {
            report(0, problem: nil)
            return true
        }
        options.beforeCommit()
        let start = clinux_now_ns()
        var problem = transaction.write(pending)
        if problem?.isFull == true, space.surrender() {
            spaceDue = 0
            problem = transaction.write(pending)
        }
        report((clinux_now_ns() - start) / 1_000, problem: problem)
        let tokens = pending.takeTokens()
        if let problem {
            answer(tokens.map { .failed($0, problem.failure) })
            return false
        }
        answer(tokens.map(LedgerEvent.committed))
        pending = PendingWork()
        return true
    }

    private func answer(_ events: [LedgerEvent]) {
        if !events.isEmpty { deliver(events) }
    }

    /// At the end a failed commit is tried for two more seconds.
    private func retryAtEnd() -> Bool {
        for _ in 0..<(2_000 / Self.retryInterval) {
            _ = clinux_sleep_until_ns(clinux_now_ns() + UInt64(Self.retryInterval) * 1_000_000)
            if commit() { break }
        }
        return false
    }

    private func report(_ microseconds: UInt64, problem: LedgerDiskProblem?) {
        let rows = UInt64(pending.count)
        board.update { status in
            if microseconds > 0 || problem != nil {
                status.commits += problem == nil ? 1 : 0
                status.failedCommits += problem == nil ? 0 : 1
                status.rows += problem == nil ? rows : 0
                status.problemCode = problem?.code ?? 0
                status.longestCommitMicroseconds = max(status.longestCommitMicroseconds, microseconds)
            }
            status.liveRecords = transaction.liveCount
            status.waiting = inbox.count
            status.freeOctets = space.freeOctets
            status.hasReserve = space.hasReserve
        }
    }
}

/// Everything that waits for the next commit.
struct PendingWork {
    private(set) var rows = PendingRows()
    private(set) var registrations = PendingRegistrations()
    private(set) var delivered: [Int64] = []

    var count: Int { rows.rows.count + registrations.count + delivered.count }
    var isEmpty: Bool { rows.isEmpty && registrations.isEmpty && delivered.isEmpty }

    mutating func merge(_ item: LedgerItem) {
        switch item {
        case .record(let operation): rows.merge(operation)
        case .registration(let change, let token):
            registrations.merge(change)
            if let token { rows.wait(token) }
        case .delivered(let entries): delivered += entries
        }
    }

    mutating func takeTokens() -> [LedgerToken] { rows.takeTokens() }
}
