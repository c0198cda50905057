/// Splits a comma-separated field value. Commas in quoted strings and in angle brackets separate nothing.
enum ListSplitter {
    /// Calls `body` with each element, LWS around it removed. Empty elements are passed over.
    static func forEachElement(_ cursor: inout OctetCursor, _ body: (String) -> Void) {
        repeat {
            cursor.skipSpace()
            let start = cursor.position
            skipElement(&cursor)
            var end = cursor.position
            while end > start, cursor.octets[end - 1].isSpace { end -= 1 }
            if end > start { body(cursor.text(start..<end)) }
        } while cursor.take(Octet.comma)
    }

    /// Moves to the comma that ends this element, or to the end.
    static func skipElement(_ cursor: inout OctetCursor) {
        var inBrackets = false
        while let octet = cursor.current, inBrackets || octet != Octet.comma {
            switch octet {
            case Octet.quote where !inBrackets: skipQuoted(&cursor)
            case Octet.less:
                inBrackets = true
                cursor.position += 1
            case Octet.greater:
                inBrackets = false
                cursor.position += 1
            default: cursor.position += 1
            }
        }
        cursor.position = min(cursor.position, cursor.end)
    }

    /// A quote that is never closed takes all that follows.
    private static func skipQuoted(_ cursor: inout OctetCursor) {
        do { _ = try cursor.quotedString() } catch { cursor.position = cursor.end }
    }
}
