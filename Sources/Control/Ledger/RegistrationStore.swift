import GRDB
import Timing

/// Writes and reads the table `registration`. Owner: the writer thread.
final class RegistrationStore {
    private let storing: RawStatement
    private let removing: RawStatement
    private let emptying: RawStatement

    init(_ database: Database) throws {
        storing = try RawStatement(
            database,
            """
            INSERT OR REPLACE INTO registration
            (user, contact, expires, q, call_id, cseq, user_agent, instance, hop, path) VALUES (?,?,?,?,?,?,?,?,?,?)
            """)
        removing = try RawStatement(database, "DELETE FROM registration WHERE user = ? AND contact = ?")
        emptying = try RawStatement(database, "DELETE FROM registration WHERE user = ?")
    }

    /// Within the caller's transaction.
    func write(_ pending: PendingRegistrations) throws(LedgerDiskProblem) {
        for user in pending.emptied {
            emptying.bind(user)
            try emptying.run()
        }
        for (key, row) in pending.bindings {
            if let row {
                try store(row)
            } else {
                removing.bind(key.user)
                removing.bind(key.contact)
                try removing.run()
            }
        }
    }

    private func store(_ row: RegistrationRow) throws(LedgerDiskProblem) {
        storing.bind(row.user)
        storing.bind(row.contact)
        storing.bind(row.expires.microseconds)
        storing.bind(Int64(row.quality))
        storing.bind(row.callID)
        storing.bind(Int64(row.sequence))
        storing.bind(row.userAgent)
        storing.bind(row.instance)
        storing.bind(row.hop)
        storing.bind(row.path)
        try storing.run()
    }

    /// Every binding that has not run out, after those that have are deleted.
    static func load(_ database: Database, now: WallInstant) throws -> [RegistrationRow] {
        try database.execute(sql: "DELETE FROM registration WHERE expires <= ?", arguments: [now.microseconds])
        let rows = try Row.fetchAll(database, sql: "SELECT * FROM registration ORDER BY user, contact")
        return rows.map { row in
            RegistrationRow(
                user: row["user"], contact: row["contact"], expires: WallInstant(microseconds: row["expires"]),
                quality: row["q"], callID: row["call_id"], sequence: row["cseq"], hop: row["hop"],
                userAgent: row["user_agent"], instance: row["instance"], path: row["path"])
        }
    }
}
