extension MACAddress: CustomStringConvertible {
    /// Reads six pairs of hexadecimal digits with colons or hyphens between them; nil if the text is anything else.
    package init?(text: String) {
        let octets = Array(text.utf8)
        guard octets.count == 17 else { return nil }
        var bits: UInt64 = 0
        for (index, octet) in octets.enumerated() {
            if index % 3 == 2 {
                guard octet == octets[2], octet == UInt8(ascii: ":") || octet == UInt8(ascii: "-") else { return nil }
            } else {
                guard let digit = Character(UnicodeScalar(octet)).hexDigitValue else { return nil }
                bits = bits << 4 | UInt64(digit)
            }
        }
        self.init(bits: bits)
    }

    /// "02:00:5e:10:00:01".
    package var description: String {
        (0..<6).map { index in
            let octet = UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * index))
            return (octet < 16 ? "0" : "") + String(octet, radix: 16)
        }.joined(separator: ":")
    }
}
