package import Timing

/// A time-ordered unique identifier, 16 octets. RFC 9562 §5.7, with the sub-millisecond fraction of §6.2 method 3.
///
/// Two identifiers made in order of time compare in that order, down to about a quarter of a microsecond.
package struct UUIDv7: Hashable, Sendable, BitwiseCopyable, Comparable {
    package let high: UInt64
    package let low: UInt64

    /// Any 128 bits; for a value read back from a store.
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// - Parameter now: microseconds since 1970; times before 1970 count as 1970.
    package init(at now: WallInstant, using generator: inout some RandomNumberGenerator) {
        let microseconds = UInt64(max(0, now.microseconds))
        let milliseconds = microseconds / 1_000
        let fraction = (microseconds % 1_000) * 4_096 / 1_000
        high = milliseconds << 16 | 0x7000 | fraction
        low = (generator.next() & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    }

    package static func < (left: UUIDv7, right: UUIDv7) -> Bool {
        left.high == right.high ? left.low < right.low : left.high < right.high
    }
}

extension UUIDv7: CustomStringConvertible {
    /// The 36 characters of RFC 9562 §4, in lower case.
    package var description: String {
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for index in 0..<16 {
            if index == 4 || index == 6 || index == 8 || index == 10 { text.append(UInt8(ascii: "-")) }
            let word = index < 8 ? high : low
            let octet = UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * (index & 7)))
            text.append(Self.digit(octet >> 4))
            text.append(Self.digit(octet & 0x0F))
        }
        return String(decoding: text, as: UTF8.self)
    }

    private static func digit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }

    /// Reads 36 characters with hyphens; nil for anything else. Any version is accepted.
    package init?(text: String) {
        let characters = Array(text.utf8)
        guard characters.count == 36 else { return nil }
        var words: (UInt64, UInt64) = (0, 0)
        var nibbles = 0
        for (index, character) in characters.enumerated() {
            if Self.hyphens.contains(index) {
                guard character == UInt8(ascii: "-") else { return nil }
                continue
            }
            guard let nibble = Self.nibble(of: character) else { return nil }
            if nibbles < 16 { words.0 = words.0 << 4 | nibble } else { words.1 = words.1 << 4 | nibble }
            nibbles += 1
        }
        self.init(high: words.0, low: words.1)
    }

    private static let hyphens: Set<Int> = [8, 13, 18, 23]

    private static func nibble(of character: UInt8) -> UInt64? {
        switch character {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return UInt64(character - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): return UInt64(character - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): return UInt64(character - UInt8(ascii: "A") + 10)
        default: return nil
        }
    }
}
