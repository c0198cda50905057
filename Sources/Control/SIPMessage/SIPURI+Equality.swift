import Octets

extension SIPURI {
    /// RFC 3261 section 19.1.4. Not transitive, hence not `==`.
    package func isEquivalent(to other: SIPURI) -> Bool {
        isSecure == other.isSecure && escapedUser == other.escapedUser && escapedPassword == other.escapedPassword
            && hasSameHost(as: other) && port == other.port && paramsMatch(other) && headersMatch(other)
    }

    /// Names without case; IPv6 addresses by value.
    private func hasSameHost(as other: SIPURI) -> Bool {
        if host.equalsIgnoringCase(other.host) { return true }
        guard let mine = InetAddress(text: host), let theirs = InetAddress(text: other.host) else { return false }
        return mine == theirs
    }

    /// A parameter that both have must match; these must not stand in one URI only.
    private static let significant = ["transport", "user", "method", "ttl", "maddr"]

    private func paramsMatch(_ other: SIPURI) -> Bool {
        for item in params.items {
            guard let theirs = other.params[item.name] else { continue }
            guard (item.value ?? "").equalsIgnoringCase(theirs) else { return false }
        }
        return Self.significant.allSatisfy { params.contains($0) == other.params.contains($0) }
    }

    private func headersMatch(_ other: SIPURI) -> Bool {
        guard headers.count == other.headers.count else { return false }
        return headers.allSatisfy { mine in
            other.headers.contains { theirs in
                theirs.name.equalsIgnoringCase(mine.name)
                    && (theirs.value ?? "").equalsIgnoringCase(mine.value ?? "")
            }
        }
    }
}

extension RequestURI {
    /// Section 19.1.4 for SIP URIs, RFC 3966 section 5 as far as visual separators go for tel, else letter by letter.
    package func isEquivalent(to other: RequestURI) -> Bool {
        switch (self, other) {
        case (.sip(let one), .sip(let two)): one.isEquivalent(to: two)
        case (.tel(let one), .tel(let two)): Self.digits(one) == Self.digits(two)
        case (.other, .other): self == other
        case (.sip, _), (.tel, _), (.other, _): false
        }
    }

    private static func digits(_ text: String) -> String {
        text.lowercased().filter { !"-.()".contains($0) }
    }
}
