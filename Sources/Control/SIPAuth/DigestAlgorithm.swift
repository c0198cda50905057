/// The hash of a digest challenge. RFC 7616 §3.3, RFC 8760 §2.1. Cases are in order of strength.
package enum DigestAlgorithm: UInt8, Hashable, Sendable, CaseIterable, Comparable {
    case md5
    case sha256
    case sha512_256

    /// As written in a challenge.
    package var token: String {
        switch self {
        case .md5: "MD5"
        case .sha256: "SHA-256"
        case .sha512_256: "SHA-512-256"
        }
    }

    package var octetCount: Int {
        switch self {
        case .md5: 16
        case .sha256, .sha512_256: 32
        }
    }

    /// Hexadecimal digits of a response.
    package var digitCount: Int { octetCount * 2 }

    package init?(token: String) {
        let wanted = token.uppercased()
        guard let match = Self.allCases.first(where: { $0.token == wanted }) else { return nil }
        self = match
    }

    package static func < (left: DigestAlgorithm, right: DigestAlgorithm) -> Bool { left.rawValue < right.rawValue }
}

/// An algorithm parameter: the hash, and whether its first half is bound to a session (`-sess`).
package struct DigestVariant: Hashable, Sendable {
    package var algorithm: DigestAlgorithm
    package var isSession: Bool

    package init(_ algorithm: DigestAlgorithm, isSession: Bool = false) {
        self.algorithm = algorithm
        self.isSession = isSession
    }

    /// Reads the parameter; without one it is MD5. Nil for what we do not know.
    package init?(token: String?) {
        guard let token else {
            self.init(.md5)
            return
        }
        let isSession = token.lowercased().hasSuffix("-sess")
        guard let algorithm = DigestAlgorithm(token: String(token.dropLast(isSession ? 5 : 0))) else { return nil }
        self.init(algorithm, isSession: isSession)
    }

    package var token: String { algorithm.token + (isSession ? "-sess" : "") }
}

/// Quality of protection. RFC 7616 §3.3. We offer `auth` only, and verify both.
package enum DigestProtection: String, Hashable, Sendable {
    case auth
    case authInt = "auth-int"
}
