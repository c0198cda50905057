import Timing

/// A nonce that proves by itself that this node made it, and when: no state is kept for one that is only handed out.
///
/// Time (8 octets), chance (8), and the first 16 octets of their HMAC-SHA-256 together with the realm, in hexadecimal.
struct SignedNonce: Hashable, Sendable {
    let issued: MonotonicInstant
    let chance: UInt64

    static let textCount = 64

    func text(secret: [UInt8], realm: String) -> String? {
        guard let seal = seal(secret: secret, realm: realm) else { return nil }
        return TokenDigits.text(issued.nanoseconds) + TokenDigits.text(chance) + DigestComputation.hexadecimal(seal)
    }

    init(issued: MonotonicInstant, chance: UInt64) {
        self.issued = issued
        self.chance = chance
    }

    /// - Returns: nil unless this node made it for this realm.
    init?(_ text: String, secret: [UInt8], realm: String) {
        let digits = Array(text.utf8)
        guard digits.count == Self.textCount, let time = TokenDigits.word(digits[0..<16]),
            let chance = TokenDigits.word(digits[16..<32])
        else { return nil }
        self.init(issued: MonotonicInstant(nanoseconds: time), chance: chance)
        guard let seal = seal(secret: secret, realm: realm),
            MessageDigest.isEqual(Array(DigestComputation.hexadecimal(seal).utf8), Array(digits[32...]))
        else { return nil }
    }

    private func seal(secret: [UInt8], realm: String) -> [UInt8]? {
        var octets = Array(TokenDigits.text(issued.nanoseconds).utf8)
        octets += TokenDigits.text(chance).utf8
        octets += realm.utf8
        return MessageDigest.authenticationCode(of: octets, key: secret).map { Array($0.prefix(16)) }
    }
}

/// Sixteen lower-case hexadecimal digits for a word.
enum TokenDigits {
    static func text(_ word: UInt64) -> String {
        let digits = String(word, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    static func word(_ digits: ArraySlice<UInt8>) -> UInt64? {
        var word: UInt64 = 0
        for digit in digits {
            switch digit {
            case 48...57: word = word << 4 | UInt64(digit - 48)
            case 97...102: word = word << 4 | UInt64(digit - 87)
            default: return nil
            }
        }
        return word
    }
}
