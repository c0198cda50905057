/// CSeq. RFC 3261 section 20.16: a number that fits 32 bits, and the method.
package struct CSeqField: Hashable, Sendable {
    package var number: UInt32
    package var method: SIPMethod

    package init(_ number: UInt32, _ method: SIPMethod) {
        self.number = number
        self.method = method
    }

    package init(parsing text: String) throws(SyntaxProblem) {
        var cursor = OctetCursor(text)
        try self.init(parsing: &cursor)
    }

    init(parsing cursor: inout OctetCursor) throws(SyntaxProblem) {
        cursor.skipSpace()
        do {
            number = UInt32(truncatingIfNeeded: try cursor.number(upTo: UInt64(UInt32.max)))
        } catch {
            throw .commandSequence
        }
        guard let gap = cursor.current, gap.isSpace else { throw .commandSequence }
        cursor.skipSpace()
        method = SIPMethod(cursor.text(try cursor.token()))
        try cursor.expectEnd()
    }
}

extension CSeqField: CustomStringConvertible {
    package var description: String { "\(number) \(method.name)" }
}
