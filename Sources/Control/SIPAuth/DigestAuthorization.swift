/// One Authorization or Proxy-Authorization value. RFC 7616 §3.4.
package struct DigestAuthorization: Hashable, Sendable {
    /// A client nonce and its count, which come with a `qop`.
    package struct Count: Hashable, Sendable {
        package var protection: DigestProtection
        package var number: UInt32
        package var cnonce: String

        package init(protection: DigestProtection, number: UInt32, cnonce: String) {
            self.protection = protection
            self.number = number
            self.cnonce = cnonce
        }

        /// Eight hexadecimal digits, as they enter the hash.
        package var digits: String {
            let text = String(number, radix: 16)
            return String(repeating: "0", count: 8 - text.utf8.count) + text
        }
    }

    package var username: String
    package var realm: String
    package var nonce: String
    package var uri: String
    /// Hexadecimal digits, in lower case.
    package var response: String
    /// Nil: an algorithm that we do not know.
    package var variant: DigestVariant?
    package var opaque: String?
    /// Nil in RFC 2069's form.
    package var count: Count?
    /// `-sess` without `qop` needs it as well.
    package var cnonce: String?
    /// Whether the algorithm is written: left out where the challenge left it out.
    package var namesAlgorithm: Bool

    package init(
        username: String, realm: String, nonce: String, uri: String, response: String, variant: DigestVariant,
        opaque: String? = nil, count: Count? = nil, cnonce: String? = nil, namesAlgorithm: Bool = true
    ) {
        self.username = username
        self.realm = realm
        self.nonce = nonce
        self.uri = uri
        self.response = response
        self.variant = variant
        self.opaque = opaque
        self.count = count
        self.cnonce = cnonce ?? count?.cnonce
        self.namesAlgorithm = namesAlgorithm
    }

    package init(parsing text: String) throws(DigestProblem) {
        let parameters = try DigestParameters(parsing: text)
        username = try parameters.required("username")
        realm = try parameters.required("realm")
        nonce = try parameters.required("nonce")
        uri = try parameters.required("uri")
        response = try parameters.required("response").lowercased()
        variant = DigestVariant(token: parameters["algorithm"])
        namesAlgorithm = parameters["algorithm"] != nil
        opaque = parameters["opaque"]
        cnonce = parameters["cnonce"]
        count = try Self.count(parameters)
    }

    private static func count(_ parameters: DigestParameters) throws(DigestProblem) -> Count? {
        guard let word = parameters["qop"] else { return nil }
        guard let protection = DigestProtection(rawValue: word.lowercased()) else { throw .value }
        let digits = try parameters.required("nc")
        guard digits.utf8.count == 8, digits.allSatisfy(\.isHexDigit), let number = UInt32(digits, radix: 16) else {
            throw .value
        }
        return Count(protection: protection, number: number, cnonce: try parameters.required("cnonce"))
    }
}

extension DigestAuthorization {
    /// As written on the wire. Holds a hash of the password, so it is no `description` and never logged.
    package var fieldValue: String {
        var text = "Digest username=" + DigestParameters.quoted(username)
        text += ", realm=" + DigestParameters.quoted(realm) + ", nonce=" + DigestParameters.quoted(nonce)
        text += ", uri=" + DigestParameters.quoted(uri) + ", response=" + DigestParameters.quoted(response)
        if namesAlgorithm, let variant { text += ", algorithm=" + variant.token }
        if let cnonce { text += ", cnonce=" + DigestParameters.quoted(cnonce) }
        if let opaque { text += ", opaque=" + DigestParameters.quoted(opaque) }
        if let count { text += ", qop=" + count.protection.rawValue + ", nc=" + count.digits }
        return text
    }
}
