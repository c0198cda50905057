import GRDB

/// One transaction for everything that waits. Owner: the writer thread.
final class WriterTransaction {
    private let options: LedgerOptions
    private let records: RecordStore
    private let registrations: RegistrationStore
    private let beginning: RawStatement
    private let committing: RawStatement
    private let rollingBack: RawStatement
    private let dropping: RawStatement

    init(_ database: Database, options: LedgerOptions, bootID: Int64) throws {
        self.options = options
        records = try RecordStore(database, nodeID: options.nodeID, bootID: bootID)
        registrations = try RegistrationStore(database)
        beginning = try RawStatement(database, "BEGIN IMMEDIATE")
        committing = try RawStatement(database, "COMMIT")
        rollingBack = try RawStatement(database, "ROLLBACK")
        dropping = try RawStatement(database, "DELETE FROM outbox WHERE id = ?")
    }

    /// - Returns: nil when all of it is on disk, else why none of it is.
    func write(_ part: CommitPart) -> LedgerDiskProblem? {
        do throws(LedgerDiskProblem) {
            try beginning.run()
            let now = options.clock()
            for row in part.rows { try records.write(row, now: now) }
            try registrations.write(part.registrations)
            for entry in part.delivered {
                dropping.bind(entry)
                try dropping.run()
            }
            try committing.run()
            records.commit()
            return nil
        } catch {
            // Refused where SQLite has rolled back by itself, and that is as good.
            _ = try? rollingBack.run()
            records.rollBack()
            return error
        }
    }

    var liveCount: Int { records.liveCount }
}
