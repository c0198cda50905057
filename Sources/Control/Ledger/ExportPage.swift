import GRDB
import Timing

/// A few hundred records of an export, read in one go.
final class ExportPage {
    /// The last record of the page before.
    struct Position {
        var invite: Int64
        var sequence: Int64
        var isAtEnd = false
    }

    private static let size = 500

    private let rows: RawStatement
    private let format: CDRFormat
    private let partner: AsteriskLine.Partner?
    private(set) var next: Position

    init(_ database: Database, after position: Position, until: WallInstant?, format: CDRFormat) throws {
        self.format = format
        next = position
        let names = LedgerSchema.columns.map(\.name).joined(separator: ",")
        let calls = format == .asterisk ? "AND leg_no = 1 AND state IN ('closed', 'recovered')" : ""
        rows = try RawStatement(
            database,
            """
            SELECT \(names) FROM cdr WHERE (t_invite, seq) > (?, ?) AND t_invite < ? \(calls)
            ORDER BY t_invite, seq LIMIT \(Self.size)
            """)
        partner = format == .asterisk ? try AsteriskLine.Partner(database) : nil
        rows.bind(position.invite)
        rows.bind(position.sequence)
        rows.bind(until?.microseconds ?? Int64.max)
    }

    /// Appends the page's lines and moves `next` on.
    func write(to octets: inout [UInt8]) throws -> Int {
        var count = 0
        while try rows.step() {
            let row = ExportRow((0..<rows.columnCount).map(rows.value))
            switch format {
            case .csv: CSVLine.append(row.values, to: &octets)
            case .jsonl: JSONLine.append(row, to: &octets)
            case .asterisk: AsteriskLine.append(row, partner: try partner?.find(row), to: &octets)
            }
            next.invite = row["t_invite"].integer ?? next.invite
            next.sequence = row["seq"].integer ?? next.sequence
            count += 1
        }
        next.isAtEnd = count < Self.size
        return count
    }
}

/// A row of `cdr`, in the order of `LedgerSchema.columns`.
struct ExportRow {
    let values: [ColumnValue]

    private static let positions = Dictionary(
        uniqueKeysWithValues: LedgerSchema.columns.enumerated().map { ($0.element.name, $0.offset) })

    init(_ values: [ColumnValue]) { self.values = values }

    subscript(name: String) -> ColumnValue {
        guard let position = Self.positions[name], position < values.count else { return .null }
        return values[position]
    }
}
