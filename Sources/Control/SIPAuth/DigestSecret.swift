/// What proves an account: its password, or the hashes of it that some databases keep. Never printed.
package struct DigestSecret: Hashable, Sendable {
    private enum Kind: Hashable, Sendable {
        case password(String)
        case hashes([DigestAlgorithm: String])
    }

    private let kind: Kind

    package init(password: String) { kind = .password(password) }

    /// - Parameter hashes: H(username:realm:password) in hexadecimal digits, for the algorithms that have one.
    package init(hashes: [DigestAlgorithm: String]) { kind = .hashes(hashes.mapValues { $0.lowercased() }) }

    func secretHash(username: String, realm: String, _ algorithm: DigestAlgorithm) -> String? {
        switch kind {
        case .password(let password):
            DigestComputation.secretHash(username: username, realm: realm, password: password, algorithm)
        case .hashes(let hashes): hashes[algorithm]
        }
    }
}

extension DigestSecret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    package var description: String { "(secret)" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A name and a secret of ours, for peers that challenge us.
package struct DigestCredentials: Hashable, Sendable {
    package var username: String
    package var secret: DigestSecret
    /// The realm that they are for; nil for any.
    package var realm: String?

    package init(username: String, password: String, realm: String? = nil) {
        self.username = username
        secret = DigestSecret(password: password)
        self.realm = realm
    }
}
