/// One Warning value. RFC 3261 section 20.43.
package struct WarningField: Hashable, Sendable {
    /// Three digits: 300...399 as RFC 3261 has them.
    package var code: Int
    /// Who warns: a host, with port, or a pseudonym.
    package var agent: String
    package var text: String

    package init(code: Int, agent: String, text: String) {
        self.code = code
        self.agent = agent
        self.text = text
    }

    package init(parsing value: String) throws(SyntaxProblem) {
        var cursor = OctetCursor(value)
        cursor.skipSpace()
        let start = cursor.position
        code = Int(try cursor.number(upTo: 999))
        guard cursor.position == start + 3, cursor.take(Octet.space) else { throw .number }
        cursor.skipSpace()
        let agent = cursor.run(of: .parameterValue)
        guard !agent.isEmpty else { throw .token }
        self.agent = cursor.text(agent)
        cursor.skipSpace()
        text = QuotedText.unquoted(cursor.text(try cursor.quotedString()))
        try cursor.expectEnd()
    }
}

extension WarningField: CustomStringConvertible {
    package var description: String { "\(code) \(agent) \(QuotedText.quoted(text))" }
}
