/// `host [ ":" port ]`. RFC 3261 section 25.1.
enum HostPort {
    /// A host name, an IPv4 address, or an IPv6 address in brackets, which stay.
    static func host(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> String {
        let start = cursor.position
        if cursor.take(Octet.leftBracket) {
            let address = cursor.run(of: .address6)
            guard cursor.take(Octet.rightBracket), isPlausibleAddress(cursor, address) else { throw .host }
        } else {
            let name = cursor.run(of: .host)
            guard !name.isEmpty else { throw .host }
        }
        return cursor.text(start..<cursor.position)
    }

    /// The port after a colon; nil without a colon.
    static func port(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> UInt16? {
        guard cursor.take(Octet.colon) else { return nil }
        do { return UInt16(truncatingIfNeeded: try cursor.number(upTo: 65_535)) } catch { throw .port }
    }

    /// Two colons at least. Three in a row, which RFC 3261's first grammar made, are let pass (RFC 5118 section 4.10).
    private static func isPlausibleAddress(_ cursor: OctetCursor, _ range: Range<Int>) -> Bool {
        range.count <= 64 && cursor.octets[range].count { $0 == Octet.colon } >= 2
    }
}
