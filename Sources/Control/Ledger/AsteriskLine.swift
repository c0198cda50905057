import Billing
import GRDB
import Timing

/// One call in the columns of Asterisk's `Master.csv`.
///
/// accountcode, src, dst, dcontext, clid, channel, dstchannel, lastapp, lastdata, start, answer, end, duration,
/// billsec, disposition, amaflags, uniqueid, userfield. Texts are quoted, numbers are not, times are UTC; there is
/// no header line, and lines end in LF.
enum AsteriskLine {
    static func append(_ row: ExportRow, partner: ExportRow?, to octets: inout [UInt8]) {
        let start = row["t_invite"].integer ?? 0
        let end = row["t_end"].integer ?? start
        let caller = row["caller_raw"].text ?? ""
        let fields: [Field] = [
            .text(row["account"].text), .text(caller), .text(row["callee_raw"].text),
            .text(row["trunk_in"].text ?? "accounts"), .text("\"\" <\(caller)>"),
            .text(channel(row, name: row["trunk_in"].text ?? row["account"].text)),
            .text(partner.map { channel($0, name: $0["trunk_out"].text ?? $0["callee_raw"].text) }),
            .text(partner == nil ? row["rule_id"].text : "Dial"), .text(partner.flatMap(destination)),
            .text(time(start)), .text(time(row["t_answer"].integer)), .text(time(end)),
            .number((end - start) / 1_000_000), .number((row["talk_ms"].integer ?? 0) / 1_000),
            .text(disposition(row["disposition"].text)),
            .text(row["billable"].integer == 1 ? "BILLING" : "DOCUMENTATION"),
            .text(row["call_id"].text), .text(row["userfield"].text),
        ]
        for (index, field) in fields.enumerated() {
            if index > 0 { octets.append(UInt8(ascii: ",")) }
            field.append(to: &octets)
        }
        octets.append(0x0A)
    }

    private enum Field {
        case text(String?)
        case number(Int64)

        func append(to octets: inout [UInt8]) {
            switch self {
            case .text(let text): CSVLine.appendQuoted(text ?? "", to: &octets)
            case .number(let number): octets += String(number).utf8
            }
        }
    }

    private static func channel(_ row: ExportRow, name: String?) -> String {
        "SIP/\(name ?? "unknown")-\((row["cdr_id"].text ?? "").suffix(8))"
    }

    private static func destination(_ row: ExportRow) -> String? {
        (row["callee_e164"].text ?? row["callee_raw"].text).map { "SIP/\($0)@\(row["dst"].text ?? "")" }
    }

    /// `2026-01-02 03:04:05`
    private static func time(_ microseconds: Int64?) -> String? {
        guard let microseconds else { return nil }
        let parts = WallInstant(microseconds: microseconds).description.prefix(19).split(separator: "T")
        return parts.joined(separator: " ")
    }

    private static func disposition(_ text: String?) -> String {
        switch text.flatMap(Disposition.init(rawValue:)) {
        case .answered: "ANSWERED"
        case .busy: "BUSY"
        case .noAnswer, .cancelled: "NO ANSWER"
        case .rejected, .failed, nil: "FAILED"
        }
    }

    /// Finds the leg towards the called side: the answered one, else the last one tried.
    final class Partner {
        private let legs: RawStatement

        init(_ database: Database) throws {
            let names = LedgerSchema.columns.map(\.name).joined(separator: ",")
            legs = try RawStatement(
                database,
                """
                SELECT \(names) FROM cdr WHERE call_id = ? AND leg_no > 1
                ORDER BY t_answer IS NULL, leg_no DESC LIMIT 1
                """)
        }

        func find(_ row: ExportRow) throws -> ExportRow? {
            legs.bind(row["call_id"].text)
            defer { legs.reset() }
            return try legs.step() ? ExportRow((0..<legs.columnCount).map(legs.value)) : nil
        }
    }
}
