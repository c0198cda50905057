extension InetEndpoint: CustomStringConvertible {
    /// Reads "192.0.2.1:5060" or "[2001:db8::1]:5060": a literal address and a port of 0...65535.
    ///
    /// Returns nil without a port, for a host name, and for an IPv6 address outside square brackets.
    package init?(text: String) {
        let octets = text.utf8
        guard let colon = octets.lastIndex(of: UInt8(ascii: ":")) else { return nil }
        let host = octets[..<colon]
        let digits = octets[octets.index(after: colon)...]
        guard host.first == UInt8(ascii: "[") || !host.contains(UInt8(ascii: ":")),
            let address = InetAddress(text: host), (1...5).contains(digits.count)
        else { return nil }
        var port = 0
        for digit in digits {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(digit) else { return nil }
            port = port * 10 + Int(digit - UInt8(ascii: "0"))
        }
        guard let port = UInt16(exactly: port) else { return nil }
        self.init(address: address, port: port)
    }

    /// "192.0.2.1:5060" or "[2001:db8::1]:5060".
    package var description: String {
        address.isIPv4 ? "\(address):\(port)" : "[\(address)]:\(port)"
    }
}

extension InetAddress {
    /// The address as it stands in a URI or a Via: IPv6 in square brackets (RFC 3261 section 25.1).
    package var hostText: String { isIPv4 ? description : "[\(description)]" }
}
