/// A `sip:` or `sips:` URI. RFC 3261 section 19.1.
///
/// Escapes of unreserved characters are undone when it is read (they mean the same, section 19.1.4); all other
/// escapes are kept, so nothing is ever unescaped twice. Compare with `isEquivalent(to:)`; `==` compares parts.
package struct SIPURI: Hashable, Sendable {
    /// `sips:`
    package var isSecure: Bool
    /// The user part as written, escapes included.
    package var escapedUser: String?
    /// The password as written, escapes included.
    package var escapedPassword: String?
    /// Host name or address; IPv6 in brackets.
    package var host: String
    package var port: UInt16?
    /// URI parameters; values as written, escapes included.
    package var params: Parameters
    /// Headers after `?`; values as written, escapes included.
    package var headers: [Parameters.Item]

    package init(
        user: String? = nil, host: String, port: UInt16? = nil, isSecure: Bool = false, params: Parameters = .init()
    ) {
        self.isSecure = isSecure
        escapedUser = user.map { URIEscaping.escaped($0, keeping: .user) }
        self.host = host
        self.port = port
        self.params = params
        headers = []
    }

    /// The user part with escapes resolved; setting escapes what needs it.
    package var user: String? {
        get { escapedUser.map(URIEscaping.unescaped) }
        set { escapedUser = newValue.map { URIEscaping.escaped($0, keeping: .user) } }
    }

    package var password: String? {
        get { escapedPassword.map(URIEscaping.unescaped) }
        set { escapedPassword = newValue.map { URIEscaping.escaped($0, keeping: .password) } }
    }

    /// A parameter's value with escapes resolved; "" for a flag; nil if absent.
    package func parameter(_ name: String) -> String? { params[name].map(URIEscaping.unescaped) }

    /// Sets a parameter, escaping its value where needed; "" sets a flag, nil removes.
    package mutating func setParameter(_ name: String, _ value: String?) {
        guard let value else { return params.remove(name) }
        params.setRaw(name, value.isEmpty ? nil : URIEscaping.escaped(value, keeping: .uriParameter))
    }

    /// Lower-case value of the `transport` parameter.
    package var transport: String? { parameter("transport")?.lowercased() }

    /// The `lr` parameter: a loose router. Section 19.1.1.
    package var isLooseRouter: Bool { params.contains("lr") }

    /// Host without the brackets of an IPv6 address.
    package var bareHost: String { host.utf8.first == Octet.leftBracket ? String(host.dropFirst().dropLast()) : host }
}

extension SIPURI: CustomStringConvertible {
    /// As written on the wire.
    package var description: String {
        var text = isSecure ? "sips:" : "sip:"
        if let escapedUser {
            text += escapedUser
            if let escapedPassword { text += ":" + escapedPassword }
            text += "@"
        }
        text += host
        if let port { text += ":\(port)" }
        params.write(into: &text)
        for (index, header) in headers.enumerated() {
            text += index == 0 ? "?" : "&"
            text += header.name + "=" + (header.value ?? "")
        }
        return text
    }
}
