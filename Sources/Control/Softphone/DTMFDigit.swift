/// A keypad symbol, or a pause between two. RFC 4733 §3.2, table 3.
package enum DTMFDigit: Hashable, Sendable {
    /// Event 0...15.
    case event(UInt8)
    /// Half a second of nothing: `,` or `w`.
    case pause

    private static let symbols = Array("0123456789*#ABCD")

    package init?(_ symbol: Character) {
        switch symbol {
        case ",", "w", "W": self = .pause
        default:
            guard let index = Self.symbols.firstIndex(of: Character(symbol.uppercased())) else { return nil }
            self = .event(UInt8(index))
        }
    }

    /// `0`...`9`, `*`, `#`, `A`...`D`; nil for a number that is none of them.
    package static func symbol(of event: UInt8) -> Character? {
        symbols.indices.contains(Int(event)) ? symbols[Int(event)] : nil
    }

    /// All symbols of a text; nil when one is none.
    package static func digits(of text: String) -> [DTMFDigit]? {
        var digits: [DTMFDigit] = []
        for symbol in text {
            guard let digit = DTMFDigit(symbol) else { return nil }
            digits.append(digit)
        }
        return digits
    }
}
