package import SIPMessage

extension SIPMessageFields {
    /// The session description in a message: its body, or the first such part of a multipart body (RFC 5621).
    /// Nil where there is none.
    package var sessionBody: [UInt8]? {
        guard !body.isEmpty else { return nil }
        guard let type = contentType else { return body }
        if type == SessionBody.contentType { return body }
        guard type.hasPrefix("multipart/"), let field = fields.first(.contentType),
            let boundary = SessionBody.boundary(in: field)
        else { return nil }
        return SessionBody.part(of: body, boundary: Array(boundary.utf8))
    }
}

/// Finds a session description among the parts of a multipart body. RFC 2046 §5.1.1.
enum SessionBody {
    static let contentType = "application/sdp"

    /// The boundary parameter; nil if absent, or outside 1...70 characters.
    static func boundary(in contentType: String) -> String? {
        for parameter in contentType.split(separator: ";").dropFirst() {
            let pair = parameter.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard pair.count == 2, trimmed(pair[0]).lowercased() == "boundary" else { continue }
            let value = trimmed(pair[1]).replacing("\"", with: "")
            return (1...70).contains(value.utf8.count) ? value : nil
        }
        return nil
    }

    /// The content of the first part of our type. One pass for each line; parts within parts are not looked into.
    static func part(of body: [UInt8], boundary: [UInt8]) -> [UInt8]? {
        let delimiter = Array("--".utf8) + boundary
        var partStart: Int?
        var lineStart = 0
        while lineStart < body.count {
            let lineEnd = body[lineStart...].firstIndex(of: 10).map { $0 + 1 } ?? body.count
            if body[lineStart..<lineEnd].starts(with: delimiter) {
                if let start = partStart, let content = content(of: body[start..<lineStart]) { return content }
                partStart = lineEnd
            }
            lineStart = lineEnd
        }
        return nil
    }

    /// The octets behind a part's fields, without the line end that belongs to the delimiter after it.
    private static func content(of part: ArraySlice<UInt8>) -> [UInt8]? {
        var isSession = false
        var lineStart = part.startIndex
        while lineStart < part.endIndex {
            let lineEnd = part[lineStart...].firstIndex(of: 10).map { $0 + 1 } ?? part.endIndex
            let line = trimmed(String(decoding: part[lineStart..<lineEnd], as: UTF8.self)[...]).lowercased()
            lineStart = lineEnd
            if line.isEmpty { return isSession ? withoutLineEnd(part[lineStart...]) : nil }
            let field = line.split(separator: ":", maxSplits: 1)
            guard field.count == 2, ["content-type", "c"].contains(trimmed(field[0])) else { continue }
            isSession = trimmed(field[1].prefix { $0 != ";" }) == contentType
        }
        return nil
    }

    private static func withoutLineEnd(_ octets: ArraySlice<UInt8>) -> [UInt8] {
        var content = octets
        if content.last == 10 { content.removeLast() }
        if content.last == 13 { content.removeLast() }
        return Array(content)
    }

    private static func trimmed(_ text: Substring) -> String {
        let isSpace: (Character) -> Bool = { $0.isWhitespace || $0.isNewline }
        let head = text.drop(while: isSpace)
        return String(head.reversed().drop(while: isSpace).reversed())
    }
}
