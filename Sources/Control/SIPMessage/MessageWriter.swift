/// Writes messages. Whatever code put into a message, no value can end its line: CR, LF and NUL become spaces.
enum MessageWriter {
    static let lineEnd: [UInt8] = [Octet.carriageReturn, Octet.lineFeed]
    static let requestLineEnd = Array(" SIP/2.0\r\n".utf8)
    static let statusLineStart = Array("SIP/2.0 ".utf8)
    private static let contentLength = Array("Content-Length: ".utf8)
    private static let nameEnd: [UInt8] = [Octet.colon, Octet.space]

    static func message(
        fields: HeaderFields, content: MessageBody, startLine: (inout [UInt8]) -> Void
    ) -> [UInt8] {
        var octets: [UInt8] = []
        octets.reserveCapacity(fields.source.count + fields.edits.count + content.count + 128)
        startLine(&octets)
        for entry in fields.entries where entry.known != .contentLength { append(entry, of: fields, to: &octets) }
        octets.append(contentsOf: contentLength)
        append(String(content.count), to: &octets)
        octets.append(contentsOf: lineEnd)
        octets.append(contentsOf: lineEnd)
        octets.append(contentsOf: content.slice)
        return octets
    }

    private static func append(_ entry: HeaderFields.Entry, of fields: HeaderFields, to octets: inout [UInt8]) {
        let text = fields.octets(of: entry)
        if let known = entry.known {
            octets.append(contentsOf: known.rawValue.utf8)
        } else {
            octets.append(contentsOf: text[entry.name])
        }
        octets.append(contentsOf: nameEnd)
        octets.append(contentsOf: text[entry.value])
        octets.append(contentsOf: lineEnd)
    }

    /// A field value or a reason phrase.
    static func append(_ text: String, to octets: inout [UInt8]) {
        let start = octets.count
        octets.append(contentsOf: text.utf8)
        for index in start..<octets.count where isForbidden(octets[index]) { octets[index] = Octet.space }
    }

    /// A method: what is no token character becomes `-`.
    static func appendToken(_ text: String, to octets: inout [UInt8]) {
        for octet in text.utf8 { octets.append(OctetSet.token.contains(octet) ? octet : 45) }
    }

    /// A Request-URI: what would end it is escaped.
    static func appendURI(_ text: String, to octets: inout [UInt8]) {
        for octet in text.utf8 {
            if octet > Octet.space, octet != 127 {
                octets.append(octet)
            } else {
                octets.append(contentsOf: URIEscaping.escape(of: octet))
            }
        }
    }

    private static func isForbidden(_ octet: UInt8) -> Bool {
        octet == Octet.carriageReturn || octet == Octet.lineFeed || octet == 0
    }
}
