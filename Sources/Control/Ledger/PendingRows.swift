package import Billing

/// What waits to be written, one row a record: a later operation replaces an earlier one.
///
/// A pure value. After a failed commit it is kept and grows on.
package struct PendingRows {
    package struct Row {
        package var record: CallRecord
        package var state: RecordState
    }

    /// In order of each record's first operation, which gives new records their sequence numbers.
    package private(set) var rows: [Row] = []
    package private(set) var tokens: [LedgerToken] = []
    private var positions: [UUIDv7: Int] = [:]

    package init() {}

    package var isEmpty: Bool { rows.isEmpty && tokens.isEmpty }

    package mutating func merge(_ operation: LedgerOperation) {
        if let token = operation.token { tokens.append(token) }
        let id = operation.record.identity.cdrID
        guard let position = positions[id] else {
            positions[id] = rows.count
            rows.append(Row(record: operation.record, state: operation.state))
            return
        }
        let before = rows[position].state
        if before.isFinal || Self.rank(operation.state) < Self.rank(before) { return }
        rows[position] = Row(record: operation.record, state: operation.state)
    }

    /// Somebody waits for a commit without a record of its own.
    package mutating func wait(_ token: LedgerToken) { tokens.append(token) }

    package mutating func takeTokens() -> [LedgerToken] {
        defer { tokens = [] }
        return tokens
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
