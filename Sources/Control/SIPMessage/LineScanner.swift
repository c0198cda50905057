/// Finds line ends in octets.
enum LineScanner {
    /// The place of the first CRLF at or after `start`; nil if there is none.
    static func lineEnd(_ octets: [UInt8], from start: Int) -> Int? {
        var position = start
        let last = octets.count - 1
        while position < last {
            if octets[position] == Octet.carriageReturn, octets[position + 1] == Octet.lineFeed { return position }
            position += 1
        }
        return nil
    }

    /// A CR or LF that is no line end: refused, since the next element might take it for one.
    static func holdsLineBreak(_ octets: [UInt8], _ range: Range<Int>) -> Bool {
        octets[range].contains { $0 == Octet.carriageReturn || $0 == Octet.lineFeed }
    }
}
