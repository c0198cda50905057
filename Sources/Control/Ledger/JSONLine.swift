import Billing
import Octets

/// One record as a JSON object on one line. RFC 8259; `tried_routes` is an array of objects.
enum JSONLine {
    static func append(_ row: ExportRow, to octets: inout [UInt8]) {
        octets.append(UInt8(ascii: "{"))
        for (index, column) in LedgerSchema.columns.enumerated() where index < row.values.count {
            if index > 0 { octets.append(UInt8(ascii: ",")) }
            octets += "\"\(column.name)\":".utf8
            append(row.values[index], asIs: column.name == "tried_routes", to: &octets)
        }
        octets += [UInt8(ascii: "}"), 0x0A]
    }

    private static func append(_ value: ColumnValue, asIs: Bool, to octets: inout [UInt8]) {
        switch value {
        case .null: octets += (asIs ? "[]" : "null").utf8
        case .integer(let number): octets += String(number).utf8
        case .text(let text): octets += asIs ? Array(text.utf8) : Array(JSONText.quoted(text).utf8)
        }
    }
}
