import Billing
import GRDB
import Timing

/// Closes what earlier runs left open. Runs once, before anything else is written.
enum Recovery {
    /// One row that an earlier run left behind.
    struct Remnant {
        let sequence: Int64
        let cdrID: String
        let partialNumber: Int64
        let isAnswered: Bool
        /// Instants of the record, oldest kind first; missing ones are nil.
        let answer: Int64?
        let lastIn: Int64?
        let lastOut: Int64?
        /// The last instant that the record itself knows of.
        let known: Int64
    }

    /// - Returns: how many records were closed.
    static func run(_ database: Database, liveness: LivenessReport) throws -> Int {
        let remnants = try find(database)
        for remnant in remnants {
            let times = UUIDv7(text: remnant.cdrID).flatMap { liveness.times[$0] } ?? LivenessReport.Times()
            try close(remnant, times, in: database)
        }
        return remnants.count
    }

    private static func find(_ database: Database) throws -> [Remnant] {
        let rows = try Row.fetchAll(
            database,
            sql: """
                SELECT seq, cdr_id, partial_no, state, t_answer, t_last_rtp_in, t_last_rtp_out, t_written,
                    max(t_invite, ifnull(t_progress, 0), ifnull(t_early_media, 0)) AS t_ringing
                FROM cdr WHERE seq >= ifnull((SELECT live_from FROM boot ORDER BY boot_id DESC LIMIT 1), 0)
                    AND state IN ('setup', 'open', 'interim') ORDER BY seq
                """)
        return rows.map { row in
            let isAnswered = row["state"] != RecordState.setup.rawValue
            let ringing: Int64 = row["t_ringing"]
            return Remnant(
                sequence: row["seq"], cdrID: row["cdr_id"], partialNumber: row["partial_no"] ?? 0,
                isAnswered: isAnswered, answer: row["t_answer"], lastIn: row["t_last_rtp_in"],
                lastOut: row["t_last_rtp_out"], known: isAnswered ? row["t_written"] : ringing)
        }
    }

    /// The end is the last sign of life, never the time of this start: the last packet or proof in the liveness file,
    /// else what the record knew when it was last written.
    static func end(of remnant: Remnant, _ times: LivenessReport.Times) -> Int64 {
        let stamped = [times.lastIn, times.lastOut, times.proof].compactMap { $0?.microseconds }.max()
        let end = stamped ?? max(remnant.known, remnant.lastIn ?? 0, remnant.lastOut ?? 0)
        return max(end, remnant.answer ?? 0, remnant.isAnswered ? 0 : remnant.known)
    }

    private static func close(_ remnant: Remnant, _ times: LivenessReport.Times, in database: Database) throws {
        let end = end(of: remnant, times)
        let talk = remnant.isAnswered ? remnant.answer.map { max(0, end - $0) } ?? 0 : 0
        let disposition: Disposition = remnant.isAnswered ? .answered : .failed
        let values: [(any DatabaseValueConvertible)?] = [
            RecordState.recovered.rawValue, CloseReason.crash.rawValue, end, talk * 1_000, talk / 1_000,
            times.lastIn?.microseconds ?? remnant.lastIn, times.lastOut?.microseconds ?? remnant.lastOut,
            disposition.rawValue, ReleasedBy.ourselves.rawValue, Int64(HangupCause.temporaryFailure.rawValue),
            CauseSource.local.rawValue, remnant.isAnswered, remnant.sequence,
        ]
        try database.execute(
            sql: """
                UPDATE cdr SET state = ?, reason_closed = ?, t_end = ?, mono_talk_ns = ?, talk_ms = ?,
                    t_last_rtp_in = ?, t_last_rtp_out = ?, disposition = ?, released_by = ?, q850 = ?,
                    q850_source = ?, billable = billable AND ? WHERE seq = ?
                """, arguments: StatementArguments(values))
        try database.execute(
            sql: "INSERT INTO outbox (idempotency_key, seq) VALUES (?, ?)",
            arguments: [OutboxEntry.key(remnant.cdrID, remnant.partialNumber), remnant.sequence])
    }
}
