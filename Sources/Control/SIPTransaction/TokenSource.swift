/// Unguessable names for branches, tags and Call-IDs: SipHash-2-4 of a running number under a secret key.
///
/// A value, so that a core can draw from it without a random generator; the key comes from the shell's. Two numbers
/// never give the same token under one key in practice, and none tells the next.
package struct TokenSource: Sendable {
    private let key: (UInt64, UInt64)
    private var serial: UInt64 = 0

    /// - Parameters: two words of true randomness, drawn once when the program starts.
    package init(key: (UInt64, UInt64)) { self.key = key }

    package mutating func next() -> UInt64 {
        serial &+= 1
        return Self.sipHash(of: serial, key: key)
    }

    /// Sixteen hexadecimal digits: 64 bits, twice what RFC 3261 §19.3 asks of a tag.
    package mutating func nextText() -> String { Self.text(next()) }

    package static func text(_ token: UInt64) -> String {
        let digits = String(token, radix: 16)
        return String(repeating: "0", count: 16 - digits.utf8.count) + digits
    }

    /// SipHash-2-4 (Aumasson and Bernstein, 2012) of the eight octets of one word, least significant first.
    package static func sipHash(of word: UInt64, key: (UInt64, UInt64)) -> UInt64 {
        var state = SipState(key: key)
        state.absorb(word)
        // The length, modulo 256, stands in the highest octet of the last block.
        state.absorb(8 << 56)
        return state.finish()
    }
}

private struct SipState {
    private var v0: UInt64
    private var v1: UInt64
    private var v2: UInt64
    private var v3: UInt64

    init(key: (UInt64, UInt64)) {
        v0 = key.0 ^ 0x736f_6d65_7073_6575
        v1 = key.1 ^ 0x646f_7261_6e64_6f6d
        v2 = key.0 ^ 0x6c79_6765_6e65_7261
        v3 = key.1 ^ 0x7465_6462_7974_6573
    }

    mutating func absorb(_ word: UInt64) {
        v3 ^= word
        round()
        round()
        v0 ^= word
    }

    mutating func finish() -> UInt64 {
        v2 ^= 0xff
        for _ in 0..<4 { round() }
        return v0 ^ v1 ^ v2 ^ v3
    }

    private mutating func round() {
        v0 &+= v1
        v2 &+= v3
        v1 = Self.rotate(v1, 13) ^ v0
        v3 = Self.rotate(v3, 16) ^ v2
        v0 = Self.rotate(v0, 32)
        v2 &+= v1
        v0 &+= v3
        v1 = Self.rotate(v1, 17) ^ v2
        v3 = Self.rotate(v3, 21) ^ v0
        v2 = Self.rotate(v2, 32)
    }

    private static func rotate(_ word: UInt64, _ bits: UInt64) -> UInt64 { word << bits | word >> (64 - bits) }
}
