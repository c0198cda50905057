/// Quoted strings. RFC 3261 section 25.1: `quoted-string`, `quoted-pair`.
package enum QuotedText {
    /// The content of a quoted string, quoted pairs resolved. Text without an opening quote is returned as it is.
    package static func unquoted(_ text: String) -> String {
        guard text.utf8.first == Octet.quote, text.utf8.count >= 2 else { return text }
        var content: [UInt8] = []
        content.reserveCapacity(text.utf8.count)
        var escaped = false
        for octet in text.utf8.dropFirst().dropLast() {
            if !escaped, octet == Octet.backslash {
                escaped = true
            } else {
                content.append(octet)
                escaped = false
            }
        }
        return String(decoding: content, as: UTF8.self)
    }

    /// Puts quotes around, with quoted pairs where needed.
    package static func quoted(_ text: String) -> String {
        var octets: [UInt8] = [Octet.quote]
        for octet in text.utf8 {
            if octet == Octet.quote || octet == Octet.backslash { octets.append(Octet.backslash) }
            octets.append(octet)
        }
        octets.append(Octet.quote)
        return String(decoding: octets, as: UTF8.self)
    }

    /// The text itself where it can stand unquoted as a parameter value.
    static func quotedIfNeeded(_ text: String) -> String {
        let plain = text.utf8.allSatisfy { OctetSet.parameterValue.contains($0) }
        return plain && !text.isEmpty ? text : quoted(text)
    }
}
