/// A place in the octets of one message, and the end of the value at hand.
///
/// Folded lines are already spaces when a cursor sees them (the parser does that), so LWS is SP and HTAB.
package struct OctetCursor {
    package let octets: [UInt8]
    package var position: Int
    package let end: Int

    package init(_ octets: [UInt8], _ range: Range<Int>) {
        self.octets = octets
        position = range.lowerBound
        end = range.upperBound
    }

    package init(_ octets: [UInt8]) { self.init(octets, 0..<octets.count) }

    package init(_ text: String) { self.init(Array(text.utf8)) }

    var isAtEnd: Bool { position >= end }

    var current: UInt8? { position < end ? octets[position] : nil }

    /// A cursor over a part of the same octets.
    func narrowed(to range: Range<Int>) -> OctetCursor { OctetCursor(octets, range) }

    func text(_ range: Range<Int>) -> String { String(decoding: octets[range], as: UTF8.self) }

    mutating func skipSpace() {
        while position < end, octets[position].isSpace { position += 1 }
    }

    /// Takes `octet` if it stands here.
    mutating func take(_ octet: UInt8) -> Bool {
        guard position < end, octets[position] == octet else { return false }
        position += 1
        return true
    }

    /// Takes SEMI, EQUAL, COMMA, SLASH or COLON: the octet with any LWS on both sides.
    mutating func takeSeparator(_ octet: UInt8) -> Bool {
        let start = position
        skipSpace()
        guard take(octet) else {
            position = start
            return false
        }
        skipSpace()
        return true
    }

    /// The longest run of octets of `set` from here, maybe empty.
    mutating func run(of set: OctetSet) -> Range<Int> {
        let start = position
        while position < end, set.contains(octets[position]) { position += 1 }
        return start..<position
    }

    mutating func token() throws(SyntaxProblem) -> Range<Int> {
        let range = run(of: .token)
        guard !range.isEmpty else { throw .token }
        return range
    }

    /// A quoted string from its opening to its closing quote, both included.
    mutating func quotedString() throws(SyntaxProblem) -> Range<Int> {
        let start = position
        guard take(Octet.quote) else { throw .quotedString }
        while position < end {
            let octet = octets[position]
            position += octet == Octet.backslash ? 2 : 1
            if octet == Octet.quote { return start..<position }
        }
        throw .quotedString
    }

    /// Digits that make a number up to `limit`; leading zeros are allowed.
    mutating func number(upTo limit: UInt64) throws(SyntaxProblem) -> UInt64 {
        var value: UInt64 = 0
        let digits = run(of: .digit)
        guard !digits.isEmpty else { throw .number }
        for index in digits {
            value = value * 10 + UInt64(octets[index] - 48)
            guard value <= limit else { throw .number }
        }
        return value
    }

    /// Case-blind comparison of a range with lower-case ASCII text.
    func matches(_ range: Range<Int>, _ lowercase: StaticString) -> Bool {
        guard range.count == lowercase.utf8CodeUnitCount else { return false }
        var index = range.lowerBound
        for octet in lowercase.description.utf8 {
            guard octets[index].lowercasedASCII == octet else { return false }
            index += 1
        }
        return true
    }

    /// Nothing but LWS may follow.
    mutating func expectEnd() throws(SyntaxProblem) {
        skipSpace()
        guard isAtEnd else { throw .trailing }
    }
}
