import Billing
import GRDB
import Octets
import Timing

/// The tables of `records.sqlite`, and how an older file becomes a current one.
enum LedgerSchema {
    /// `TAND`, in the header of the file, tells our databases from others.
    static let applicationID: Int64 = 0x5441_4E44

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1 records") { database in
            try database.execute(sql: recordTable)
            try database.execute(sql: supportTables)
        }
        return migrator
    }

    /// The columns of `cdr` in their stable order: the order of every export.
    static let columns: [RecordColumn] = {
        let identity = RecordColumn.list { sample, sink in
            sample.visitIdentity(RecordStamp(nodeID: "", bootID: 0, sequence: 0), &sink)
        }
        return identity + progressColumns + [RecordColumn(name: "t_written", isInteger: true)]
    }()

    /// The columns that an update writes; `t_written` follows them.
    static let progressColumns = RecordColumn.list { sample, sink in sample.visitProgress(.setup, &sink) }

    private static var recordTable: String {
        let body = columns.map { column in
            switch column.name {
            case "seq": "seq INTEGER PRIMARY KEY"
            case "cdr_id": "cdr_id TEXT NOT NULL UNIQUE"
            case "call_id", "node_id", "state": "\(column.name) TEXT NOT NULL"
            case "boot_id", "leg_no", "t_invite", "t_written": "\(column.name) INTEGER NOT NULL"
            default: "\(column.name) \(column.isInteger ? "INTEGER" : "TEXT")"
            }
        }
        return "CREATE TABLE cdr (\(body.joined(separator: ", "))) STRICT"
    }

    private static let supportTables = """
        CREATE INDEX cdr_call ON cdr (call_id, leg_no);
        CREATE INDEX cdr_invite ON cdr (t_invite);
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY,
            idempotency_key TEXT NOT NULL,
            seq INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE boot (
            boot_id INTEGER PRIMARY KEY,
            node_id TEXT NOT NULL,
            -- Every record below this number is final.
            live_from INTEGER NOT NULL,
            ended INTEGER
        ) STRICT;
        CREATE TABLE registration (
            user TEXT NOT NULL,
            contact TEXT NOT NULL,
            expires INTEGER NOT NULL,
            q INTEGER NOT NULL,
            call_id TEXT NOT NULL,
            cseq INTEGER NOT NULL,
            user_agent TEXT,
            instance TEXT,
            hop TEXT NOT NULL,
            path TEXT,
            PRIMARY KEY (user, contact)
        ) STRICT, WITHOUT ROWID;
        CREATE VIEW call AS
            SELECT call_id, count(*) AS legs, min(t_invite) AS t_invite, min(t_answer) AS t_answer,
                max(t_end) AS t_end, max(CASE WHEN leg_no = 1 THEN talk_ms END) AS talk_ms,
                max(CASE WHEN leg_no = 1 THEN disposition END) AS disposition,
                sum(state IN ('setup', 'open', 'interim')) AS live_legs
            FROM cdr GROUP BY call_id;
        """
}

/// Name and type of one column.
struct RecordColumn: Hashable, Sendable {
    let name: String
    let isInteger: Bool

    /// Learns the columns from the function that binds them, so that the two cannot differ.
    static func list(_ visit: (CallRecord, inout Collector) -> Void) -> [RecordColumn] {
        let id = UUIDv7(high: 0, low: 0)
        let sample = CallRecord(
            identity: RecordIdentity(cdrID: id, callID: id, legNumber: 1, sipCallID: "", fromTag: ""),
            parties: CallParties(direction: .inbound, callerRaw: "", calleeRaw: ""),
            times: CallTimes(invite: WallInstant(microseconds: 0)))
        var collector = Collector()
        visit(sample, &collector)
        return collector.columns
    }

    struct Collector: RecordColumnSink {
        var columns: [RecordColumn] = []

        mutating func integer(_ name: StaticString, _: Int64?) {
            columns.append(RecordColumn(name: name.description, isInteger: true))
        }

        mutating func text(_ name: StaticString, _: String?) {
            columns.append(RecordColumn(name: name.description, isInteger: false))
        }
    }
}
