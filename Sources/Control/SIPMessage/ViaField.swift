/// One Via value. RFC 3261 section 20.42, RFC 3581.
package struct ViaField: Hashable, Sendable {
    /// As written: `UDP`, `TCP`, `TLS`, ...
    package var transport: String
    /// sent-by host; IPv6 in brackets.
    package var host: String
    package var port: UInt16?
    package var params: Parameters

    package init(transport: String, host: String, port: UInt16?, branch: String? = nil, params: Parameters = .init()) {
        self.transport = transport
        self.host = host
        self.port = port
        self.params = params
        if let branch { self.params.setRaw("branch", branch) }
    }

    package var branch: String? {
        get { params["branch"] }
        set { params["branch"] = newValue }
    }

    /// Whether the branch begins with `z9hG4bK` and goes on. Section 8.1.1.7.
    package var hasMagicCookie: Bool {
        guard let branch, branch.utf8.count > Self.magicCookie.utf8.count else { return false }
        return String(branch.prefix(Self.magicCookie.count)).equalsIgnoringCase(Self.magicCookie)
    }

    package static let magicCookie = "z9hG4bK"

    /// Address without brackets, whichever way it was written (RFC 5118 section 4.5).
    package var received: String? {
        get { params["received"].map(Self.withoutBrackets) }
        set { params["received"] = newValue.map(Self.withoutBrackets) }
    }

    /// RFC 3581: the value; nil if absent or without one.
    package var rport: UInt16? { params["rport"]?.decimal(upTo: 65_535).map { UInt16($0) } }

    /// The client asks for rport: the parameter is there, with or without a value.
    package var wantsRport: Bool { params.contains("rport") }

    package mutating func setRport(_ port: UInt16) { params.setRaw("rport", String(port)) }

    /// Adds the flag that asks for symmetric responses.
    package mutating func askForRport() { params.setRaw("rport", nil) }

    package var maddr: String? {
        get { params["maddr"] }
        set { params["maddr"] = newValue }
    }

    package var ttl: UInt8? {
        get { params["ttl"]?.decimal(upTo: 255).map { UInt8($0) } }
        set { params["ttl"] = newValue.map(String.init) }
    }

    /// Lower case, for matching transactions: `host:port` with the default port filled in.
    package var sentBy: String { host.lowercased() + ":" + String(port ?? defaultPort) }

    /// 5061 for TLS, else 5060.
    package var defaultPort: UInt16 { transport.equalsIgnoringCase("TLS") ? 5061 : 5060 }

    /// Host without the brackets of an IPv6 address.
    package var bareHost: String { Self.withoutBrackets(host) }

    private static func withoutBrackets(_ text: String) -> String {
        text.utf8.first == Octet.leftBracket ? String(text.dropFirst().dropLast()) : text
    }
}

extension ViaField {
    package init(parsing text: String) throws(SyntaxProblem) {
        var cursor = OctetCursor(text)
        try self.init(parsing: &cursor)
        try cursor.expectEnd()
    }

    /// Reads one value, up to the comma before the next.
    /// - Throws: `.via` unless it starts `SIP/2.0/transport`; `.host`, `.port`, `.parameter`.
    init(parsing cursor: inout OctetCursor) throws(SyntaxProblem) {
        cursor.skipSpace()
        let name = try cursor.token()
        guard cursor.matches(name, "sip"), cursor.takeSeparator(Octet.slash) else { throw .via }
        let version = try cursor.token()
        guard cursor.matches(version, "2.0"), cursor.takeSeparator(Octet.slash) else { throw .via }
        transport = cursor.text(try cursor.token())
        guard let gap = cursor.current, gap.isSpace else { throw .via }
        cursor.skipSpace()
        host = try HostPort.host(&cursor)
        port = nil
        if cursor.takeSeparator(Octet.colon) {
            do { port = UInt16(truncatingIfNeeded: try cursor.number(upTo: 65_535)) } catch { throw .port }
        }
        params = try Parameters(parsing: &cursor)
    }
}

extension ViaField: CustomStringConvertible {
    /// As written on the wire.
    package var description: String {
        var text = "SIP/2.0/" + transport + " " + host
        if let port { text += ":\(port)" }
        params.write(into: &text)
        return text
    }
}
