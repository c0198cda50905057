import Billing

/// Everything that waits for a commit. Owner: the writer thread.
struct PendingWork {
    private(set) var rows = PendingRows()
    private(set) var registrations = PendingRegistrations()
    private(set) var delivered: [Int64] = []
    /// When the oldest of it came, on the monotonic clock in nanoseconds.
    private(set) var oldest: UInt64?
    private(set) var awaitsRegistration = false

    var count: Int { rows.count + registrations.count + delivered.count }
    var isEmpty: Bool { count == 0 && rows.tokens.isEmpty }
    var isAwaited: Bool { !rows.tokens.isEmpty }

    mutating func merge(_ load: LedgerInbox.Load) {
        if let since = load.since { oldest = min(oldest ?? since, since) }
        for item in load.items { merge(item) }
    }

    private mutating func merge(_ item: LedgerItem) {
        switch item {
        case .record(let operation): rows.merge(operation)
        case .registration(let change, let token):
            registrations.merge(change)
            guard let token else { return }
            awaitsRegistration = true
            rows.wait(token)
        case .delivered(let entries): delivered += entries
        }
    }

    mutating func takeTokens() -> [LedgerToken] { rows.takeTokens() }

    /// One commit's part: everything, or what somebody waits for.
    func part(all: Bool) -> CommitPart {
        CommitPart(
            rows: rows.selection(all: all),
            registrations: all || awaitsRegistration ? registrations : PendingRegistrations(),
            delivered: all ? delivered : [])
    }

    /// Forgets what `part` gave, once it is on disk.
    mutating func drop(all: Bool) {
        rows.drop(all: all)
        if all || awaitsRegistration { registrations = PendingRegistrations() }
        awaitsRegistration = false
        if all {
            delivered = []
            oldest = nil
        }
    }
}

/// What goes into one transaction.
struct CommitPart {
    let rows: [PendingRows.Row]
    let registrations: PendingRegistrations
    let delivered: [Int64]

    var count: Int { rows.count + registrations.count + delivered.count }
}
