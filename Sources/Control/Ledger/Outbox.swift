import GRDB

/// A final record that waits for its delivery.
package struct OutboxEntry: Hashable, Sendable {
    /// Position in the outbox; entries of one call are delivered in this order.
    package let id: Int64
    /// The same in every delivery of the same record, so that a receiver can drop a repetition.
    package let idempotencyKey: String
    package let sequence: Int64

    static func key(_ cdrID: String, _ partialNumber: Int64) -> String { "\(cdrID)+\(partialNumber)" }
}

/// Reads the outbox for whoever delivers records, over its own connection. Owner: one delivery task.
package final class OutboxReader {
    private let queue: DatabaseQueue

    package init(databasePath: String) throws(LedgerProblem) {
        queue = try LedgerDatabase.openForReading(path: databasePath)
    }

    /// The oldest entries after a position.
    package func entries(after id: Int64, limit: Int) throws -> [OutboxEntry] {
        try queue.read { database in
            let rows = try Row.fetchAll(
                database, sql: "SELECT id, idempotency_key, seq FROM outbox WHERE id > ? ORDER BY id LIMIT ?",
                arguments: [id, limit])
            return rows.map { row in
                OutboxEntry(id: row["id"], idempotencyKey: row["idempotency_key"], sequence: row["seq"])
            }
        }
    }
}
