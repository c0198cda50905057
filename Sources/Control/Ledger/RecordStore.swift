import Billing
import GRDB
import Tables
import Timing

/// Writes the tables `cdr` and `outbox`. Owner: the writer thread.
///
/// Sequence numbers are given inside the transaction that inserts the row, so a rolled-back one leaves no gap.
final class RecordStore {
    private let inserting: RawStatement
    private let updating: RawStatement
    private let delivering: RawStatement
    private let nodeID: String
    private let bootID: Int64
    private var nextSequence: Int64
    /// Rows that are not final yet.
    private var liveRows = ShrinkingTable<UUIDv7, Int64>()
    /// What the running transaction adds to the two above; nil marks a row that becomes final.
    private var added: [(id: UUIDv7, sequence: Int64?)] = []
    private var reserved: Int64 = 0

    init(_ database: Database, nodeID: String, bootID: Int64) throws {
        let names = LedgerSchema.columns.map(\.name)
        let marks = Array(repeating: "?", count: names.count).joined(separator: ",")
        inserting = try RawStatement(
            database,
            "INSERT INTO cdr (\(names.joined(separator: ","))) VALUES (\(marks)) ON CONFLICT (cdr_id) DO NOTHING")
        let sets = LedgerSchema.progressColumns.map { "\($0.name)=?" }.joined(separator: ",")
        updating = try RawStatement(database, "UPDATE cdr SET \(sets),t_written=? WHERE seq=?")
        delivering = try RawStatement(
            database, "INSERT INTO outbox (idempotency_key, seq) VALUES (?,?)")
        self.nodeID = nodeID
        self.bootID = bootID
        nextSequence = (try Int64.fetchOne(database, sql: "SELECT max(seq) FROM cdr") ?? 0) + 1
    }

    /// Within the caller's transaction; `commit` or `rollBack` has to follow.
    func write(_ row: PendingRows.Row, now: WallInstant) throws(LedgerDiskProblem) {
        let id = row.record.identity.cdrID
        if let sequence = liveRows[id] {
            var sink = updating
            row.record.visitProgress(row.state, &sink)
            updating.bind(now.microseconds)
            updating.bind(sequence)
            try updating.run()
            if row.state.isFinal { try finish(row, sequence) }
        } else {
            try insert(row, now: now)
        }
    }

    private func insert(_ row: PendingRows.Row, now: WallInstant) throws(LedgerDiskProblem) {
        let sequence = nextSequence + reserved
        var sink = inserting
        row.record.visitIdentity(RecordStamp(nodeID: nodeID, bootID: bootID, sequence: sequence), &sink)
        row.record.visitProgress(row.state, &sink)
        inserting.bind(now.microseconds)
        // A record that is final already stays as it is: nothing changes, and the number is free for the next one.
        guard try inserting.run() > 0 else { return }
        reserved += 1
        if row.state.isFinal {
            try finish(row, sequence)
        } else {
            added.append((row.record.identity.cdrID, sequence))
        }
    }

    private func finish(_ row: PendingRows.Row, _ sequence: Int64) throws(LedgerDiskProblem) {
        delivering.bind(OutboxEntry.key(row.record.identity.cdrID.description, Int64(row.record.partialNumber)))
        delivering.bind(sequence)
        try delivering.run()
        added.append((row.record.identity.cdrID, nil))
    }

    /// The transaction is on disk.
    func commit() {
        for (id, sequence) in added { liveRows[id] = sequence }
        nextSequence += reserved
        rollBack()
    }

    /// The transaction never was.
    func rollBack() {
        added.empty()
        reserved = 0
    }

    var liveCount: Int { liveRows.count }

    /// Every record on disk below this number is final, and stays so.
    var lowestLive: Int64 { liveRows.entries.values.min() ?? nextSequence }
}
