/// The hashes of RFC 7616 §3.4.1-3.4.3, in hexadecimal digits.
package enum DigestComputation {
    /// H(username:realm:password), what a server may keep instead of a password.
    package static func secretHash(
        username: String, realm: String, password: String, _ algorithm: DigestAlgorithm
    ) -> String? {
        hash(username + ":" + realm + ":" + password, algorithm)
    }

    /// The response that proves `secretHash`.
    ///
    /// - Parameters:
    ///   - secretHash: H(username:realm:password).
    ///   - authorization: all but its `response` is read.
    package static func response(
        secretHash: String, to authorization: DigestAuthorization, method: String, body: [UInt8]
    ) -> String? {
        guard let variant = authorization.variant else { return nil }
        let algorithm = variant.algorithm
        var first = secretHash
        if variant.isSession {
            guard let cnonce = authorization.cnonce,
                let bound = hash(secretHash + ":" + authorization.nonce + ":" + cnonce, algorithm)
            else { return nil }
            first = bound
        }
        var subject = method + ":" + authorization.uri
        if authorization.count?.protection == .authInt {
            guard let digest = MessageDigest.hash(body, algorithm) else { return nil }
            subject += ":" + hexadecimal(digest)
        }
        guard let second = hash(subject, algorithm) else { return nil }
        guard let count = authorization.count else {
            return hash(first + ":" + authorization.nonce + ":" + second, algorithm)
        }
        let proof = [first, authorization.nonce, count.digits, count.cnonce, count.protection.rawValue, second]
        return hash(proof.joined(separator: ":"), algorithm)
    }

    static func hash(_ text: String, _ algorithm: DigestAlgorithm) -> String? {
        MessageDigest.hash(Array(text.utf8), algorithm).map(hexadecimal)
    }

    static func hexadecimal(_ octets: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(octets.count * 2)
        for octet in octets {
            text.append(digits[Int(octet >> 4)])
            text.append(digits[Int(octet & 15)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
