extension InetAddress: CustomStringConvertible, LosslessStringConvertible {
    /// Reads "192.0.2.1", "2001:db8::1", "::ffff:192.0.2.1" or any IPv6 form in square brackets.
    ///
    /// RFC 4291 section 2.2; each IPv4 number is decimal without leading zeros, as RFC 6943 section 3.1.1
    /// advises. Zone identifiers are refused. Returns nil if the text is no address.
    package init?(text: String) {
        self.init(text: text.utf8[...])
    }

    package init?(_ description: String) { self.init(text: description) }

    init?(text: Substring.UTF8View) {
        var octets = text
        if octets.first == UInt8(ascii: "[") {
            guard octets.last == UInt8(ascii: "]"), octets.count > 2 else { return nil }
            octets = octets.dropFirst().dropLast()
            guard octets.contains(UInt8(ascii: ":")) else { return nil }
        }
        if octets.contains(UInt8(ascii: ":")) {
            guard let groups = Self.groups(octets) else { return nil }
            self.init(high: Self.join(groups[0..<4]), low: Self.join(groups[4..<8]))
        } else {
            guard let bits = Self.dottedQuad(octets) else { return nil }
            self = .ipv4(bits)
        }
    }

    /// Dotted decimal for IPv4; the canonical IPv6 form of RFC 5952 otherwise, without brackets.
    package var description: String {
        if let bits = ipv4 {
            return "\(bits >> 24).\(bits >> 16 & 255).\(bits >> 8 & 255).\(bits & 255)"
        }
        let groups = (0..<8).map { index in
            UInt16(truncatingIfNeeded: (index < 4 ? high : low) >> UInt64(48 - 16 * (index % 4)))
        }
        let gap = Self.longestZeroRun(groups)
        let text = { (part: ArraySlice<UInt16>) in part.map { String($0, radix: 16) }.joined(separator: ":") }
        guard gap.count > 1 else { return text(groups[...]) }
        return text(groups[..<gap.lowerBound]) + "::" + text(groups[gap.upperBound...])
    }

    private static func join(_ groups: ArraySlice<UInt16>) -> UInt64 {
        groups.reduce(0) { $0 << 16 | UInt64($1) }
    }

    /// The first longest run of zero groups (RFC 5952 section 4.2.3); empty if there is none.
    private static func longestZeroRun(_ groups: [UInt16]) -> Range<Int> {
        var best = 0..<0
        var start = 0
        for (index, group) in groups.enumerated() {
            if group != 0 { start = index + 1 }
            if index + 1 - start > best.count { best = start..<(index + 1) }
        }
        return best
    }

    /// The 32 bits of "a.b.c.d", or nil.
    private static func dottedQuad(_ octets: Substring.UTF8View) -> UInt32? {
        let parts = octets.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        var bits: UInt32 = 0
        for part in parts {
            guard (1...3).contains(part.count), part.count == 1 || part.first != UInt8(ascii: "0") else { return nil }
            var number: UInt32 = 0
            for digit in part {
                guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
                number = number * 10 + UInt32(digit - UInt8(ascii: "0"))
            }
            guard number <= 255 else { return nil }
            bits = bits << 8 | number
        }
        return bits
    }

    /// The eight groups of an IPv6 text form, or nil.
    private static func groups(_ octets: Substring.UTF8View) -> [UInt16]? {
        guard let gap = firstGap(octets) else {
            guard let all = run(octets, mayEndInIPv4: true), all.count == 8 else { return nil }
            return all
        }
        guard let left = run(octets[..<gap], mayEndInIPv4: false),
            let right = run(octets[octets.index(gap, offsetBy: 2)...], mayEndInIPv4: true),
            left.count + right.count < 8
        else { return nil }
        return left + Array(repeating: 0, count: 8 - left.count - right.count) + right
    }

    /// Where the first "::" begins, or nil.
    private static func firstGap(_ octets: Substring.UTF8View) -> Substring.UTF8View.Index? {
        var index = octets.startIndex
        while index < octets.endIndex {
            let next = octets.index(after: index)
            if next < octets.endIndex, octets[index] == UInt8(ascii: ":"), octets[next] == UInt8(ascii: ":") {
                return index
            }
            index = next
        }
        return nil
    }

    /// Groups separated by single colons; none at all is an empty run.
    private static func run(_ octets: Substring.UTF8View, mayEndInIPv4: Bool) -> [UInt16]? {
        if octets.isEmpty { return [] }
        let parts = octets.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
        guard parts.count <= 8 else { return nil }
        var groups: [UInt16] = []
        for (index, part) in parts.enumerated() {
            if part.contains(UInt8(ascii: ".")) {
                guard mayEndInIPv4, index == parts.count - 1, let bits = dottedQuad(part) else { return nil }
                groups += [UInt16(truncatingIfNeeded: bits >> 16), UInt16(truncatingIfNeeded: bits)]
            } else {
                guard let group = hexGroup(part) else { return nil }
                groups.append(group)
            }
        }
        return groups
    }

    /// One to four hexadecimal digits, or nil.
    private static func hexGroup(_ part: Substring.UTF8View) -> UInt16? {
        guard (1...4).contains(part.count) else { return nil }
        var group: UInt16 = 0
        for octet in part {
            guard let digit = hexDigit(octet) else { return nil }
            group = group << 4 | digit
        }
        return group
    }

    private static func hexDigit(_ octet: UInt8) -> UInt16? {
        switch octet {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(octet - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(octet - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(octet - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
