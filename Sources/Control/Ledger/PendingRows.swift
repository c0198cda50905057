package import Billing
import Tables

/// What waits to be written, one row a record: a later operation replaces an earlier one.
///
/// A pure value. What a commit could not write stays and is merged with what comes.
package struct PendingRows {
    package struct Row {
        package var record: CallRecord
        package var state: RecordState
    }

    private var rows = ShrinkingTable<UUIDv7, Row>()
    /// In order of each record's first operation, which gives new records their sequence numbers.
    private var order: [UUIDv7] = []
    /// Calls that wait for a commit: it takes all their legs.
    private var awaitedCalls = ShrinkingSet<UUIDv7>()
    package private(set) var tokens: [LedgerToken] = []

    package init() {}

    package var count: Int { rows.count }

    package mutating func merge(_ operation: LedgerOperation) {
        let identity = operation.record.identity
        if let token = operation.token {
            tokens.append(token)
            awaitedCalls.insert(identity.callID)
        }
        let row = Row(record: operation.record, state: operation.state)
        guard let before = rows[identity.cdrID]?.state else {
            rows[identity.cdrID] = row
            order.append(identity.cdrID)
            return
        }
        if before.isFinal || Self.rank(row.state) < Self.rank(before) { return }
        rows[identity.cdrID] = row
    }

    /// Somebody waits for a commit without a record of its own.
    package mutating func wait(_ token: LedgerToken) { tokens.append(token) }

    package mutating func takeTokens() -> [LedgerToken] {
        defer { tokens = [] }
        return tokens
    }

    /// All rows, or those of the calls that wait, in order.
    package func selection(all: Bool) -> [Row] {
        order.compactMap { id in rows[id].flatMap { all || isAwaited($0) ? $0 : nil } }
    }

    /// Forgets what `selection` gave, once it is on disk.
    package mutating func drop(all: Bool) {
        if all {
            rows.removeAll()
            order.empty()
        } else {
            let written = Set(order.filter { id in rows[id].map(isAwaited) ?? false })
            order.removeAll(where: written.contains)
            order.giveBack()
            for id in written { rows[id] = nil }
        }
        awaitedCalls.removeAll()
    }

    private func isAwaited(_ row: Row) -> Bool { awaitedCalls.contains(row.record.identity.callID) }

    private static func rank(_ state: RecordState) -> Int {
        switch state {
        case .setup: 0
        case .open: 1
        case .interim: 2
        case .closed, .recovered: 3
        }
    }
}
