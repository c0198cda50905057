extension SIPURI {
    /// Reads what follows `sip:` or `sips:`, up to the cursor's end. RFC 3261 sections 19.1.1 and 25.1.
    init(parsing cursor: inout OctetCursor, isSecure: Bool) throws(SyntaxProblem) {
        self.isSecure = isSecure
        params = Parameters()
        headers = []
        host = ""
        if cursor.octets[cursor.position..<cursor.end].contains(Octet.at) {
            (escapedUser, escapedPassword) = try Self.userInfo(&cursor)
        }
        host = try HostPort.host(&cursor)
        port = try HostPort.port(&cursor)
        try readParameters(&cursor)
        try readHeaders(&cursor)
        guard cursor.isAtEnd else { throw .uri }
    }

    package init(parsing text: String) throws(SyntaxProblem) {
        guard case .sip(let uri) = try RequestURI(parsing: text) else { throw .uri }
        self = uri
    }

    /// `#` should come escaped; phones that dial it as it is are understood, and it goes on escaped.
    private static func userInfo(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> (String, String?) {
        var user = try URIEscaping.canonicalRun(of: .dialledUser, in: &cursor)
        guard !user.isEmpty else { throw .uri }
        if user.utf8.contains(Octet.hash) { user = URIEscaping.escaped(user, keeping: .escapedUser) }
        var password: String?
        if cursor.take(Octet.colon) { password = try URIEscaping.canonicalRun(of: .password, in: &cursor) }
        guard cursor.take(Octet.at) else { throw .uri }
        return (user, password)
    }

    private mutating func readParameters(_ cursor: inout OctetCursor) throws(SyntaxProblem) {
        while cursor.take(Octet.semicolon) {
            let name = try URIEscaping.canonicalRun(of: .uriParameter, in: &cursor)
            guard !name.isEmpty else { throw .parameter }
            var value: String?
            if cursor.take(Octet.equal) {
                let text = try URIEscaping.canonicalRun(of: .uriParameter, in: &cursor)
                guard !text.isEmpty else { throw .parameter }
                value = text
            }
            params.append(Parameters.Item(name: name, value: value))
        }
    }

    private mutating func readHeaders(_ cursor: inout OctetCursor) throws(SyntaxProblem) {
        guard cursor.take(Octet.question) else { return }
        repeat {
            let name = try URIEscaping.canonicalRun(of: .uriHeader, in: &cursor)
            guard !name.isEmpty, cursor.take(Octet.equal) else { throw .uri }
            let value = try URIEscaping.canonicalRun(of: .uriHeader, in: &cursor)
            headers.append(Parameters.Item(name: name, value: value))
        } while cursor.take(Octet.ampersand)
    }
}
