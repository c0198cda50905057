import Synchronization

/// What the ledger tells of itself.
package struct LedgerStatus: Hashable, Sendable {
    package var commits: UInt64 = 0
    package var failedCommits: UInt64 = 0
    /// Rows inserted or updated.
    package var rows: UInt64 = 0
    package var waiting = 0
    /// Records that are not final.
    package var liveRecords = 0
    package var freeOctets = 0
    package var hasReserve = false
    /// Longest commit so far, with its wait for the disk.
    package var longestCommitMicroseconds: UInt64 = 0
    /// SQLite's result code of the last failed commit; 0 when the last one went well.
    package var problemCode: Int32 = 0
    /// Records that this start found open and closed.
    package var recovered = 0
}

/// The status and the admission flag, written by the writer thread, read by anybody.
final class LedgerBoard: Sendable {
    private let status = Mutex(LedgerStatus())
    private let admits = Atomic<Bool>(true)

    func update(_ change: (inout LedgerStatus) -> Void) { status.withLock { change(&$0) } }

    var current: LedgerStatus { status.withLock { $0 } }

    var admitsCalls: Bool {
        get { admits.load(ordering: .relaxed) }
        set { admits.store(newValue, ordering: .relaxed) }
    }
}
