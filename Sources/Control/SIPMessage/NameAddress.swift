/// `name-addr / addr-spec` with parameters: From, To, Contact, Route, Record-Route and the like.
/// RFC 3261 sections 20.10 and 25.1.
package struct NameAddress: Hashable, Sendable {
    /// Without quotes and escapes; nil if there is none.
    package var displayName: String?
    package var uri: RequestURI
    package var params: Parameters

    package init(displayName: String? = nil, uri: RequestURI, params: Parameters = .init()) {
        self.displayName = displayName
        self.uri = uri
        self.params = params
    }

    package init(displayName: String? = nil, _ uri: SIPURI, tag: String? = nil) {
        self.init(displayName: displayName, uri: .sip(uri))
        if let tag { params.setRaw("tag", tag) }
    }

    package var tag: String? {
        get { params["tag"] }
        set { params["tag"] = newValue }
    }

    package var sip: SIPURI? { uri.sip }

    /// Contact: seconds. More than 32 bits, or no number at all, count as absent (section 10.3, RFC 4475 3.1.2.4).
    package var expires: UInt32? { params["expires"]?.decimal(upTo: UInt64(UInt32.max)).map { UInt32($0) } }

    /// Contact: preference in thousandths, 0...1000; nil if absent or malformed.
    package var quality: Int? { params["q"].flatMap(Self.thousandths) }

    /// `1`, `0.7`, `0.333`: at most three decimals.
    static func thousandths(_ text: String) -> Int? {
        let parts = text.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let whole = parts.first.flatMap({ String($0).decimal(upTo: 1) }).map(Int.init) else { return nil }
        guard parts.count == 2, !parts[1].isEmpty else { return whole * 1_000 }
        let decimals = String(parts[1])
        guard decimals.count <= 3, let value = decimals.decimal(upTo: 999) else { return nil }
        let scaled = Int(value) * [100, 10, 1][decimals.count - 1]
        return whole == 1 && scaled > 0 ? nil : whole * 1_000 + scaled
    }
}

extension NameAddress {
    package init(parsing text: String) throws(SyntaxProblem) {
        var cursor = OctetCursor(text)
        try self.init(parsing: &cursor)
        try cursor.expectEnd()
    }

    /// Reads one address with its parameters, up to the comma before the next.
    init(parsing cursor: inout OctetCursor) throws(SyntaxProblem) {
        cursor.skipSpace()
        displayName = try Self.displayName(&cursor)
        if cursor.take(Octet.less) {
            uri = try Self.bracketedURI(&cursor)
        } else {
            guard displayName == nil else { throw .nameAddress }
            uri = try Self.bareURI(&cursor)
        }
        params = try Parameters(parsing: &cursor)
    }

    /// A quoted string, or tokens, if a `<` follows; nil with the cursor unmoved if this is an addr-spec.
    private static func displayName(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> String? {
        let start = cursor.position
        if cursor.current == Octet.quote {
            let name = QuotedText.unquoted(cursor.text(try cursor.quotedString()))
            cursor.skipSpace()
            guard cursor.current == Octet.less else { throw .nameAddress }
            return name
        }
        var end = start
        while !cursor.run(of: .wideToken).isEmpty {
            end = cursor.position
            cursor.skipSpace()
        }
        if cursor.current == Octet.less { return end > start ? cursor.text(start..<end) : nil }
        cursor.position = start
        return nil
    }

    private static func bracketedURI(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> RequestURI {
        guard let close = cursor.octets[cursor.position..<cursor.end].firstIndex(of: Octet.greater) else {
            throw .nameAddress
        }
        var inner = cursor.narrowed(to: cursor.position..<close)
        let uri = try RequestURI(parsing: &inner)
        cursor.position = close + 1
        return uri
    }

    /// Without brackets, a semicolon or comma ends the URI and a question mark may not stand in it (section 20.10).
    private static func bareURI(_ cursor: inout OctetCursor) throws(SyntaxProblem) -> RequestURI {
        let rest = cursor.octets[cursor.position..<cursor.end]
        let close = rest.firstIndex { $0 == Octet.semicolon || $0 == Octet.comma || $0.isSpace } ?? cursor.end
        guard !cursor.octets[cursor.position..<close].contains(Octet.question) else { throw .nameAddress }
        var inner = cursor.narrowed(to: cursor.position..<close)
        let uri = try RequestURI(parsing: &inner)
        cursor.position = close
        return uri
    }
}

extension NameAddress: CustomStringConvertible {
    /// As written on the wire, always with angle brackets; a display name is always quoted.
    package var description: String {
        var text = ""
        if let displayName, !displayName.isEmpty { text = QuotedText.quoted(displayName) + " " }
        text += "<" + uri.description + ">"
        params.write(into: &text)
        return text
    }
}
