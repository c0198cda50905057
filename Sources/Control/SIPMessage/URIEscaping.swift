/// Percent escapes in URIs. RFC 3261 section 19.1.2.
package enum URIEscaping {
    /// Escapes every octet that is not in `kept`.
    package static func escaped(_ text: String, keeping kept: OctetSet) -> String {
        if text.utf8.allSatisfy({ kept.contains($0) }) { return text }
        var octets: [UInt8] = []
        for octet in text.utf8 {
            if kept.contains(octet) { octets.append(octet) } else { appendEscape(of: octet, to: &octets) }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Resolves each escape, once. What is no escape stays. Octets that are no UTF-8 are repaired.
    package static func unescaped(_ text: String) -> String {
        guard text.utf8.contains(Octet.percent) else { return text }
        var octets: [UInt8] = []
        var cursor = OctetCursor(text)
        while let octet = cursor.current {
            if octet == Octet.percent, let value = escape(at: cursor.position, in: cursor.octets, end: cursor.end) {
                octets.append(value)
                cursor.position += 3
            } else {
                octets.append(octet)
                cursor.position += 1
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    /// Reads a run of `set` and escapes; those of unreserved characters are undone, the others get upper-case digits.
    static func canonicalRun(of set: OctetSet, in cursor: inout OctetCursor) throws(SyntaxProblem) -> String {
        let start = cursor.position
        let plain = cursor.run(of: set)
        guard cursor.current == Octet.percent else { return cursor.text(plain) }
        var octets = Array(cursor.octets[start..<cursor.position])
        while let octet = cursor.current {
            if octet == Octet.percent {
                guard let value = escape(at: cursor.position, in: cursor.octets, end: cursor.end) else {
                    throw .escape
                }
                if OctetSet.unreserved.contains(value) {
                    octets.append(value)
                } else {
                    appendEscape(of: value, to: &octets)
                }
                cursor.position += 3
            } else if set.contains(octet) {
                octets.append(octet)
                cursor.position += 1
            } else {
                break
            }
        }
        return String(decoding: octets, as: UTF8.self)
    }

    private static func escape(at index: Int, in octets: [UInt8], end: Int) -> UInt8? {
        guard index + 2 < end, let high = octets[index + 1].hexadecimalValue,
            let low = octets[index + 2].hexadecimalValue
        else { return nil }
        return high << 4 | low
    }

    private static func appendEscape(of octet: UInt8, to octets: inout [UInt8]) {
        octets.append(contentsOf: escape(of: octet))
    }

    /// `%` and two upper-case digits.
    static func escape(of octet: UInt8) -> [UInt8] {
        [Octet.percent] + [octet >> 4, octet & 15].map { $0 < 10 ? $0 + 48 : $0 + 55 }
    }
}
