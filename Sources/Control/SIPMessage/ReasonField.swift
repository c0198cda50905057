/// One Reason value: why a request was sent. RFC 3326.
package struct ReasonField: Hashable, Sendable {
    /// `SIP`, `Q.850`, ...
    package var protocolName: String
    package var params: Parameters

    package init(protocolName: String, cause: Int, text: String? = nil) {
        self.protocolName = protocolName
        params = Parameters()
        params.setRaw("cause", String(cause))
        if let text { params.setRaw("text", QuotedText.quoted(text)) }
    }

    package var cause: Int? { params["cause"]?.decimal(upTo: 999).map { Int($0) } }

    package var text: String? { params["text"] }

    package var isQ850: Bool { protocolName.equalsIgnoringCase("Q.850") }

    package var isSIP: Bool { protocolName.equalsIgnoringCase("SIP") }

    package init(parsing value: String) throws(SyntaxProblem) {
        var cursor = OctetCursor(value)
        cursor.skipSpace()
        protocolName = cursor.text(try cursor.token())
        params = try Parameters(parsing: &cursor)
        try cursor.expectEnd()
    }
}

extension ReasonField: CustomStringConvertible {
    /// As written on the wire.
    package var description: String {
        var text = protocolName
        params.write(into: &text)
        return text
    }
}
