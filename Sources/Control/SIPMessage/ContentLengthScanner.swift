/// Finds the length of a body in a header section, before the message is parsed. RFC 3261 section 18.3.
enum ContentLengthScanner {
    /// - Returns: 0 where the field is missing: RFC 3261 wants it on a stream, and a message without one ends there.
    /// - Throws: `.number` if the value is none, or there are two.
    static func length(_ octets: [UInt8], _ head: Range<Int>) throws(SyntaxProblem) -> Int {
        var found: UInt64?
        var line = head.lowerBound
        while let end = LineScanner.lineEnd(octets, from: line), end < head.upperBound {
            var cursor = OctetCursor(octets, line..<end)
            let name = cursor.run(of: .token)
            let start = line
            line = end + 2
            guard cursor.matches(name, "content-length") || cursor.matches(name, "l") else { continue }
            guard found == nil else { throw .number }
            var unfolded = OctetCursor(octets[start..<foldedEnd(octets, end)].map { $0 < 32 ? 32 : $0 })
            unfolded.position = name.count
            found = try value(&unfolded)
        }
        return Int(found ?? 0)
    }

    private static func value(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> UInt64 {
        guard cursor.takeSeparator(Octet.colon) else { throw .number }
        let value = try cursor.number(upTo: UInt64(UInt32.max))
        try cursor.expectEnd()
        return value
    }

    /// Where the logical line ends whose first line ends at `lineEnd`.
    private static func foldedEnd(_ octets: [UInt8], _ lineEnd: Int) -> Int {
        var end = lineEnd
        while end + 2 < octets.count, octets[end + 2].isSpace,
            let next = LineScanner.lineEnd(octets, from: end + 2)
        {
            end = next
        }
        return end
    }
}
