/// A set of ASCII octets, as RFC 3261 section 25.1 names them. Two words: a look-up is a shift.
package struct OctetSet: Sendable {
    private var low: UInt64 = 0
    private var high: UInt64 = 0
    /// Octets above 127, as in UTF8-NONASCII.
    private var includesHigh = false

    private init(_ characters: StaticString, includesHigh: Bool = false) {
        for scalar in characters.description.unicodeScalars { insert(UInt8(truncatingIfNeeded: scalar.value)) }
        self.includesHigh = includesHigh
    }

    private mutating func insert(_ octet: UInt8) {
        if octet < 64 { low |= 1 << UInt64(octet) } else { high |= 1 << UInt64(octet & 63) }
    }

    package func contains(_ octet: UInt8) -> Bool {
        if octet < 64 { return low >> UInt64(octet) & 1 == 1 }
        if octet < 128 { return high >> UInt64(octet & 63) & 1 == 1 }
        return includesHigh
    }
}

extension OctetSet {
    static let digit = OctetSet("0123456789")
    static let hexadecimal = OctetSet("0123456789abcdefABCDEF")
    /// token.
    static let token = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~")
    /// token, or the UTF-8 that is found in display names and parameter names.
    static let wideToken = OctetSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~", includesHigh: true)
    /// What may stand unquoted after `=` in a header parameter: token, host, and what is seen beside them.
    static let parameterValue = OctetSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~[]:/?@&$=()|^{}#", includesHigh: true)
    /// hostname; the underscore is seen in private networks.
    static let host = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._")
    /// What IPv6address is made of.
    static let address6 = OctetSet("0123456789abcdefABCDEF:.")
    /// unreserved and user-unreserved.
    static let user = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/")
    /// user, and the `#` of service codes.
    static let dialledUser = OctetSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/#")
    /// user, with escapes already made.
    static let escapedUser = OctetSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,;?/%")
    static let password = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()&=+$,")
    /// paramchar without `escaped`.
    static let uriParameter = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()[]/:&+$")
    /// unreserved and hnv-unreserved.
    static let uriHeader = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()[]/?:+$")
    static let unreserved = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()")
    /// word: Call-ID.
    static let word = OctetSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.!%*_+`'~()<>:\\\"/[]?{}@")
    /// What absoluteURI is made of, of any scheme.
    static let uri = OctetSet(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.!~*'()%;/?:@&=+$,[]#")
    static let scheme = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.")
    static let alpha = OctetSet("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ")
}
