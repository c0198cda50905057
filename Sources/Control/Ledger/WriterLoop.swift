import Billing
import CLinux
import GRDB

/// What the writer thread does: gather, commit, answer, and again.
///
/// Owner: the writer thread; it holds the database for as long as it runs.
final class WriterLoop {
    private let database: Database
    private let options: LedgerOptions
    private let inbox: LedgerInbox
    private let board: LedgerBoard
    private let deliver: @Sendable ([LedgerEvent]) -> Void
    private let space: DiskSpace
    private let transaction: WriterTransaction
    private var pending = PendingWork()
    private var spaceDue: UInt64 = 0
    /// The last commit failed; what it had is retried after a while.
    private var hasFailed = false
    /// When the library's memory is given back; nil while it holds none.
    private var restDue: UInt64?

    /// Milliseconds without a commit after which the disk counts as idle.
    private static let restInterval = 10_000
    /// Milliseconds between looks at the disk's free space, and between attempts after a failed commit.
    private static let spaceInterval = 1_000
    private static let retryInterval = 50

    init(
        _ database: Database, options: LedgerOptions, bootID: Int64, inbox: LedgerInbox, board: LedgerBoard,
        deliver: @escaping @Sendable ([LedgerEvent]) -> Void
    ) throws {
        self.database = database
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
            rest()
            let load = inbox.take(retained: pending.count)
            pending.merge(load)
            let isDone = commit(all: load.isClosing || hasFailed || isOldEnough)
            if load.isClosing, isDone || !retryAtEnd() { return }
        }
    }

    /// What nobody waits for is written all at once, since a page that many rows change is written once then: with a
    /// commit that somebody waits for when half its time is over, else alone at the end of it.
    private var isOldEnough: Bool {
        guard let oldest = pending.oldest else { return false }
        let half = UInt64(options.lazyMilliseconds) * 500_000
        return clinux_now_ns() - oldest + 1_000_000 >= (pending.isAwaited ? half : 2 * half)
    }

    /// Waits until there is enough to write.
    private func gather() {
        if hasFailed { return inbox.wait(.onClosing, milliseconds: Self.retryInterval) }
        if pending.isEmpty, inbox.outline.isEmpty { inbox.wait(.onAnything, milliseconds: Self.spaceInterval) }
        let outline = inbox.outline
        if outline.isClosing || (outline.isEmpty && pending.isEmpty) { return }
        if !outline.isAwaited { inbox.wait(.onAwaited, milliseconds: lazyRemainder) }
        if inbox.outline.isAwaited { inbox.wait(.onClosing, milliseconds: options.gatherMilliseconds) }
    }

    private var lazyRemainder: Int {
        guard let oldest = pending.oldest else { return options.lazyMilliseconds }
        let lain = Int((clinux_now_ns() - oldest) / 1_000_000)
        return max(0, options.lazyMilliseconds - lain)
    }

    private func lookAtDisk() {
        let now = clinux_now_ns()
        guard now >= spaceDue else { return }
        spaceDue = now + UInt64(Self.spaceInterval) * 1_000_000
        space.refresh()
        board.admitsCalls = space.admitsCalls
    }

    /// While there is nothing to write, the pages that the library has read and changed are given back. The next
    /// commit finds them in the kernel's cache.
    private func rest() {
        guard let due = restDue, clinux_now_ns() >= due else { return }
        restDue = nil
        database.releaseMemory()
    }

    /// - Returns: false when the disk refused.
    private func commit(all: Bool) -> Bool {
        guard !pending.isEmpty, all || pending.isAwaited else {
            refreshBoard { _ in }
            return true
        }
        options.beforeCommit()
        restDue = clinux_now_ns() + UInt64(Self.restInterval) * 1_000_000
        let part = pending.part(all: all)
        let start = clinux_now_ns()
        var problem = transaction.write(part)
        if problem?.isFull == true, space.surrender() {
            spaceDue = 0
            problem = transaction.write(part)
        }
        report(part.count, (clinux_now_ns() - start) / 1_000, problem)
        hasFailed = problem != nil
        let tokens = pending.takeTokens()
        if let problem {
            answer(tokens.map { .failed($0, problem.failure) })
            return false
        }
        pending.drop(all: all)
        answer(tokens.map(LedgerEvent.committed))
        return true
    }

    private func answer(_ events: [LedgerEvent]) {
        if !events.isEmpty { deliver(events) }
    }

    /// At the end a failed commit is tried for two more seconds.
    private func retryAtEnd() -> Bool {
        for _ in 0..<(2_000 / Self.retryInterval) {
            _ = clinux_sleep_until_ns(clinux_now_ns() + UInt64(Self.retryInterval) * 1_000_000)
            if commit(all: true) { break }
        }
        return false
    }

    private func report(_ rows: Int, _ microseconds: UInt64, _ problem: LedgerDiskProblem?) {
        refreshBoard { status in
            status.commits += problem == nil ? 1 : 0
            status.failedCommits += problem == nil ? 0 : 1
            status.rows += problem == nil ? UInt64(rows) : 0
            status.problemCode = problem?.code ?? 0
            status.longestCommitMicroseconds = max(status.longestCommitMicroseconds, microseconds)
        }
    }

    private func refreshBoard(_ change: (inout LedgerStatus) -> Void) {
        let waiting = inbox.count
        board.update { status in
            change(&status)
            status.liveRecords = transaction.liveCount
            status.waiting = waiting
            status.freeOctets = space.freeOctets
            status.hasReserve = space.hasReserve
        }
    }
}
