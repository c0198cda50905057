/// A URI of any scheme, as it stands in a request line or an address. RFC 3261 section 25.1.
package enum RequestURI: Hashable, Sendable {
    case sip(SIPURI)
    /// `tel:`, RFC 3966; holds what follows the colon.
    case tel(String)
    /// Any other scheme (in lower case), and what follows the colon.
    case other(scheme: String, String)

    package var sip: SIPURI? {
        if case .sip(let uri) = self { return uri }
        return nil
    }

    package var scheme: String {
        switch self {
        case .sip(let uri): uri.isSecure ? "sips" : "sip"
        case .tel: "tel"
        case .other(let scheme, _): scheme
        }
    }

    /// The user part of a SIP URI, the number of a tel URI.
    package var user: String? {
        switch self {
        case .sip(let uri): uri.user
        case .tel(let text): String(text.prefix { $0 != ";" })
        case .other: nil
        }
    }
}

extension RequestURI: CustomStringConvertible {
    /// As written on the wire.
    package var description: String {
        switch self {
        case .sip(let uri): uri.description
        case .tel(let text): "tel:" + text
        case .other(let scheme, let text): scheme + ":" + text
        }
    }
}

extension RequestURI {
    /// The longest URI that is taken. RFC 3261 sets none; RFC 4475's longest has some 500 octets.
    package static let lengthLimit = 4_096

    package init(parsing text: String) throws(SyntaxProblem) {
        var cursor = OctetCursor(text)
        try self.init(parsing: &cursor)
    }

    /// Reads one URI that fills the cursor to its end.
    init(parsing cursor: inout OctetCursor) throws(SyntaxProblem) {
        guard cursor.end - cursor.position <= Self.lengthLimit else { throw .uri }
        guard let first = cursor.current, OctetSet.alpha.contains(first) else { throw .uri }
        let scheme = cursor.run(of: .scheme)
        guard cursor.take(Octet.colon), !cursor.isAtEnd else { throw .uri }
        if cursor.matches(scheme, "sip") {
            self = .sip(try SIPURI(parsing: &cursor, isSecure: false))
        } else if cursor.matches(scheme, "sips") {
            self = .sip(try SIPURI(parsing: &cursor, isSecure: true))
        } else {
            let rest = cursor.run(of: .uri)
            guard cursor.isAtEnd else { throw .uri }
            self = Self.opaque(cursor.text(scheme).lowercased(), cursor.text(rest))
        }
    }

    private static func opaque(_ scheme: String, _ rest: String) -> RequestURI {
        scheme == "tel" ? .tel(rest) : .other(scheme: scheme, rest)
    }
}
