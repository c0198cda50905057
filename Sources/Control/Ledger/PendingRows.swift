package import Billing

/// What waits to be written, one row a record: a later operation replaces an earlier one.
///
/// A pure value. What a commit could not write stays and is merged with what comes.
package struct PendingRows {
    package struct Row {
        package var record: CallRecord
        package var state: RecordState
        /// Somebody waits for it.
        package var isAwaited: Bool
    }

    private var rows: [UUIDv7: Row] = [:]
    /// In order of each record's first operation, which gives new records their sequence numbers.
    private var order: [UUIDv7] = []
    package private(set) var tokens: [LedgerToken] = []

    package init() {}

    package var count: Int { rows.count }

    package mutating func merge(_ operation: LedgerOperation) {
        if let token = operation.token { tokens.append(token) }
        let id = operation.record.identity.cdrID
        let row = Row(record: operation.record, state: operation.state, isAwaited: operation.token != nil)
        guard let before = rows[id] else {
            rows[id] = row
            order.append(id)
            return
        }
        let isAwaited = before.isAwaited || row.isAwaited
        let isLater = !before.state.isFinal && Self.rank(row.state) >= Self.rank(before.state)
        rows[id] = isLater ? row : before
        rows[id]?.isAwaited = isAwaited
    }

    /// Somebody waits for a commit without a record of its own.
    package mutating func wait(_ token: LedgerToken) { tokens.append(token) }

    package mutating func takeTokens() -> [LedgerToken] {
        defer { tokens = [] }
        return tokens
    }

    /// All rows, or those that somebody waits for, in order.
    package func selection(all: Bool) -> [Row] {
        order.compactMap { id in rows[id].flatMap { all || $0.isAwaited ? $0 : nil } }
    }

    /// Forgets what `selection` gave, once it is on disk.
    package mutating func drop(all: Bool) {
        if all {
            rows.removeAll(keepingCapacity: rows.count < 4_096)
            order.removeAll(keepingCapacity: order.count < 4_096)
            return
        }
        order.removeAll { id in
            guard rows[id]?.isAwaited == true else { return false }
            rows[id] = nil
            return true
        }
    }

    private static func rank(_ state: RecordState) -> Int {
        switch state {
        case .setup: 0
        case .open: 1
        case .interim: 2
        case .closed, .recovered: 3
        }
    }
}
