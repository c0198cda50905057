/// One line of RFC 4180: commas, CRLF, quotes where a field needs them; a missing value is empty.
enum CSVLine {
    static func append(_ values: [ColumnValue], to octets: inout [UInt8]) {
        for (index, value) in values.enumerated() {
            if index > 0 { octets.append(UInt8(ascii: ",")) }
            switch value {
            case .null: break
            case .integer(let number): octets += String(number).utf8
            case .text(let text): append(text, to: &octets)
            }
        }
        octets += [0x0D, 0x0A]
    }

    private static func append(_ text: String, to octets: inout [UInt8]) {
        let needsQuotes = text.utf8.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0D || $0 == 0x0A }
        if needsQuotes { appendQuoted(text, to: &octets) } else { octets += text.utf8 }
    }

    /// The text in quotes, each of its own quotes doubled.
    static func appendQuoted(_ text: String, to octets: inout [UInt8]) {
        octets.append(0x22)
        for octet in text.utf8 {
            if octet == 0x22 { octets.append(octet) }
            octets.append(octet)
        }
        octets.append(0x22)
    }
}
