/// One WWW-Authenticate or Proxy-Authenticate value. RFC 7616 §3.3.
package struct DigestChallenge: Hashable, Sendable {
    package var realm: String
    package var nonce: String
    package var opaque: String?
    /// The nonce had aged, the password was right: try again without asking anybody.
    package var isStale: Bool
    /// Nil: an algorithm that we do not know. Such a challenge is passed over.
    package var variant: DigestVariant?
    /// Empty where the challenge has no `qop`, which is RFC 2069's form.
    package var protections: [DigestProtection]
    /// It has a `qop`, whether or not we know one of its words.
    package var hasProtection: Bool

    package init(
        realm: String, nonce: String, opaque: String? = nil, isStale: Bool = false, variant: DigestVariant,
        protections: [DigestProtection] = [.auth]
    ) {
        self.realm = realm
        self.nonce = nonce
        self.opaque = opaque
        self.isStale = isStale
        self.variant = variant
        self.protections = protections
        hasProtection = !protections.isEmpty
    }

    package init(parsing text: String) throws(DigestProblem) {
        let parameters = try DigestParameters(parsing: text)
        realm = try parameters.required("realm")
        nonce = try parameters.required("nonce")
        opaque = parameters["opaque"]
        isStale = parameters["stale"]?.lowercased() == "true"
        variant = DigestVariant(token: parameters["algorithm"])
        let words = parameters["qop"]?.split { $0 == "," || $0 == " " } ?? []
        protections = words.compactMap { DigestProtection(rawValue: $0.lowercased()) }
        hasProtection = !words.isEmpty
    }

    /// We can answer it.
    package var isAnswerable: Bool { variant != nil && (!hasProtection || !protections.isEmpty) }
}

extension DigestChallenge: CustomStringConvertible {
    /// As written on the wire.
    package var description: String {
        var text = "Digest realm=" + DigestParameters.quoted(realm) + ", nonce=" + DigestParameters.quoted(nonce)
        if let opaque { text += ", opaque=" + DigestParameters.quoted(opaque) }
        if isStale { text += ", stale=true" }
        if let variant { text += ", algorithm=" + variant.token }
        if !protections.isEmpty {
            text += ", qop=\"" + protections.map(\.rawValue).joined(separator: ",") + "\""
        }
        return text
    }
}
