/// The scheme and parameters of a WWW-Authenticate or Authorization value and its Proxy forms.
///
/// RFC 3261 §25.1 (`challenge`, `credentials`), RFC 7235 §2.1. Names compare without case; values have quotes and
/// escapes undone, as they enter the hash.
struct DigestParameters {
    private(set) var items: [(name: String, value: String)] = []

    static let sizeLimit = 8_192
    static let countLimit = 32

    /// - Complexity: one pass over the octets.
    init(parsing text: String) throws(DigestProblem) {
        let octets = Array(text.utf8)
        guard octets.count <= Self.sizeLimit else { throw .tooLong }
        var reader = DigestReader(octets: octets)
        reader.skipSpace()
        guard reader.token()?.lowercased() == "digest", reader.takeSpace() else { throw .scheme }
        repeat {
            reader.skipSpace()
            // Empty list elements are let pass, as in every list of HTTP.
            if reader.isAtComma || reader.isAtEnd { continue }
            let item = try Self.parameter(&reader)
            guard items.count < Self.countLimit else { throw .tooLong }
            guard self[item.name] == nil else { throw .duplicate }
            items.append(item)
            reader.skipSpace()
        } while reader.takeComma()
        guard reader.isAtEnd else { throw .syntax }
    }

    subscript(name: String) -> String? { items.first { $0.name == name }?.value }

    func required(_ name: String) throws(DigestProblem) -> String {
        guard let value = self[name] else { throw .missing }
        return value
    }

    private static func parameter(_ reader: inout DigestReader) throws(DigestProblem) -> (name: String, value: String) {
        guard let name = reader.token() else { throw .syntax }
        reader.skipSpace()
        guard reader.takeEquals() else { throw .syntax }
        reader.skipSpace()
        guard let value = reader.isAtQuote ? reader.quoted() : reader.bareValue() else { throw .syntax }
        return (name.lowercased(), value)
    }

    /// Puts a value in quotes, with escapes where it needs them.
    static func quoted(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            if scalar == "\"" || scalar == "\\" { quoted.unicodeScalars.append("\\") }
            quoted.unicodeScalars.append(scalar)
        }
        return quoted + "\""
    }
}

/// A cursor over one value.
private struct DigestReader {
    private let octets: [UInt8]
    private var position = 0

    init(octets: [UInt8]) { self.octets = octets }

    var isAtEnd: Bool { position == octets.count }
    var isAtQuote: Bool { isAt(UInt8(ascii: "\"")) }
    var isAtComma: Bool { isAt(UInt8(ascii: ",")) }

    mutating func takeComma() -> Bool { take(UInt8(ascii: ",")) }
    mutating func takeEquals() -> Bool { take(UInt8(ascii: "=")) }

    mutating func takeSpace() -> Bool {
        let start = position
        skipSpace()
        return position > start
    }

    mutating func skipSpace() {
        while position < octets.count, Self.isSpace(octets[position]) { position += 1 }
    }

    mutating func token() -> String? {
        run { Self.isSeparator($0) || $0 == UInt8(ascii: "=") }
    }

    /// Wider than the grammar's token: some peers leave out the quotes around a URI or base64.
    mutating func bareValue() -> String? { run(until: Self.isSeparator) }

    private mutating func run(until ends: (UInt8) -> Bool) -> String? {
        let start = position
        while position < octets.count, !ends(octets[position]) { position += 1 }
        return position > start ? String(decoding: octets[start..<position], as: UTF8.self) : nil
    }

    mutating func quoted() -> String? {
        position += 1
        var text: [UInt8] = []
        while position < octets.count {
            var octet = octets[position]
            position += 1
            if octet == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
            if octet == UInt8(ascii: "\\") {
                guard position < octets.count else { return nil }
                octet = octets[position]
                position += 1
            }
            text.append(octet)
        }
        return nil
    }

    private func isAt(_ octet: UInt8) -> Bool { position < octets.count && octets[position] == octet }

    private mutating func take(_ octet: UInt8) -> Bool {
        guard isAt(octet) else { return false }
        position += 1
        return true
    }

    private static func isSpace(_ octet: UInt8) -> Bool { octet == 32 || octet == 9 || octet == 13 || octet == 10 }

    private static func isSeparator(_ octet: UInt8) -> Bool {
        octet <= 32 || octet == 127 || octet == UInt8(ascii: ",") || octet == UInt8(ascii: "\"")
    }
}
