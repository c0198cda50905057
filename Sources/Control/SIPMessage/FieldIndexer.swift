/// Finds the field lines of a header section. RFC 3261 section 7.3.1.
struct FieldIndexer {
    private(set) var entries: [HeaderFields.Entry] = []
    /// The first line that is no field; the other lines are indexed all the same, so that an answer can be made.
    private(set) var problem: SyntaxProblem?
    /// Behind the empty line; nil if there is none.
    private(set) var bodyStart: Int?

    /// Reads lines from `start` to the empty line. Folds are turned into spaces in place, so that no value
    /// that is read later holds CR or LF.
    init(_ octets: inout [UInt8], from start: Int) {
        entries.reserveCapacity(16)
        var lineStart = start
        while let lineEnd = Self.lineEnd(&octets, from: lineStart) {
            if lineEnd == lineStart {
                bodyStart = lineEnd + 2
                return
            }
            index(octets, lineStart..<lineEnd)
            lineStart = lineEnd + 2
        }
        index(octets, lineStart..<octets.count)
    }

    /// Where the CRLF of the logical line is; nil if there is none.
    private static func lineEnd(_ octets: inout [UInt8], from start: Int) -> Int? {
        var position = start
        while let end = LineScanner.lineEnd(octets, from: position) {
            guard end > start, end + 2 < octets.count, octets[end + 2].isSpace else { return end }
            octets[end] = Octet.space
            octets[end + 1] = Octet.space
            position = end + 2
        }
        return nil
    }

    private mutating func index(_ octets: [UInt8], _ line: Range<Int>) {
        guard !line.isEmpty else { return }
        var cursor = OctetCursor(octets, line)
        let name = cursor.run(of: .token)
        cursor.skipSpace()
        guard !name.isEmpty, name.count <= 256, cursor.take(Octet.colon) else { return note(.token) }
        guard entries.count < HeaderFields.countLimit else { return note(.trailing) }
        cursor.skipSpace()
        var end = line.upperBound
        while end > cursor.position, octets[end - 1].isSpace { end -= 1 }
        if LineScanner.holdsLineBreak(octets, cursor.position..<end) { return note(.trailing) }
        entries.append(
            HeaderFields.Entry(
                known: KnownHeader(name: octets[name]), isEdit: false, nameCount: UInt16(name.count),
                nameStart: UInt32(name.lowerBound), valueStart: UInt32(cursor.position),
                valueCount: UInt32(end - cursor.position)))
    }

    private mutating func note(_ problem: SyntaxProblem) {
        if self.problem == nil { self.problem = problem }
    }
}
