/// Names for the octets that the grammar turns on.
enum Octet {
    static let tab: UInt8 = 9
    static let lineFeed: UInt8 = 10
    static let carriageReturn: UInt8 = 13
    static let space: UInt8 = 32
    static let quote: UInt8 = 34
    static let hash: UInt8 = 35
    static let percent: UInt8 = 37
    static let ampersand: UInt8 = 38
    static let asterisk: UInt8 = 42
    static let comma: UInt8 = 44
    static let slash: UInt8 = 47
    static let colon: UInt8 = 58
    static let semicolon: UInt8 = 59
    static let less: UInt8 = 60
    static let equal: UInt8 = 61
    static let greater: UInt8 = 62
    static let question: UInt8 = 63
    static let at: UInt8 = 64
    static let leftBracket: UInt8 = 91
    static let backslash: UInt8 = 92
    static let rightBracket: UInt8 = 93
}

extension UInt8 {
    /// ASCII letters in lower case; all else as it is.
    var lowercasedASCII: UInt8 { self &- 65 < 26 ? self | 32 : self }

    var isSpace: Bool { self == Octet.space || self == Octet.tab }

    /// 0...15, or nil when it is no hexadecimal digit.
    var hexadecimalValue: UInt8? {
        switch self {
        case 48...57: self - 48
        case 65...70: self - 55
        case 97...102: self - 87
        default: nil
        }
    }
}

extension String {
    /// RFC 3261 section 7.3.1: names, tokens and hosts compare without case.
    package func equalsIgnoringCase(_ other: String) -> Bool {
        guard utf8.count == other.utf8.count else { return false }
        return zip(utf8, other.utf8).allSatisfy { $0.lowercasedASCII == $1.lowercasedASCII }
    }

    /// The number that ASCII digits, and nothing else, make; nil if it is greater than `limit`.
    func decimal(upTo limit: UInt64) -> UInt64? {
        guard !isEmpty, utf8.count <= 10, utf8.allSatisfy({ OctetSet.digit.contains($0) }) else { return nil }
        return UInt64(self).flatMap { $0 <= limit ? $0 : nil }
    }
}
