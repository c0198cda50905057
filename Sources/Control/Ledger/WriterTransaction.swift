import GRDB
import Timing

/// One transaction for everything that waits. Owner: the writer thread.
final class WriterTransaction {
    private let options: LedgerOptions
    private let records: RecordStore
    private let registrations: RegistrationStore
    private let beginning: RawStatement
    private let committing: RawStatement
    private let rollingBack: RawStatement
    private let dropping: RawStatement
    private let marking: RawStatement
    private let bootID: Int64
    private var markDue: Int64 = 0

    /// Microseconds between marks of where live records begin.
    private static let markInterval: Int64 = 1_000_000

    init(_ database: Database, options: LedgerOptions, bootID: Int64) throws {
        self.options = options
        self.bootID = bootID
        records = try RecordStore(database, nodeID: options.nodeID, bootID: bootID)
        registrations = try RegistrationStore(database)
        beginning = try RawStatement(database, "BEGIN IMMEDIATE")
        committing = try RawStatement(database, "COMMIT")
        rollingBack = try RawStatement(database, "ROLLBACK")
        dropping = try RawStatement(database, "DELETE FROM outbox WHERE id = ?")
        marking = try RawStatement(database, "UPDATE boot SET live_from = ? WHERE boot_id = ?")
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
            try mark(now)
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

    /// Tells the next start where it has to look for records that are not final.
    private func mark(_ now: WallInstant) throws(LedgerDiskProblem) {
        guard now.microseconds >= markDue else { return }
        markDue = now.microseconds + Self.markInterval
        marking.bind(records.lowestLive)
        marking.bind(bootID)
        try marking.run()
    }

    var liveCount: Int { records.liveCount }
}
