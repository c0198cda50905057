package import Octets

/// Addresses that share their first bits: `192.0.2.0/24`, `2001:db8::/32`, or one address.
package struct AddressRange: Hashable, Sendable {
    package let address: InetAddress
    /// 0...32 for IPv4, 0...128 for IPv6.
    package let prefixLength: Int

    package func contains(_ other: InetAddress) -> Bool { address.shares(prefixLength, bitsWith: other) }

    /// Nil unless the text is an address, alone or with `/bits`.
    package init?(text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard (1...2).contains(parts.count), let address = InetAddress(text: String(parts[0])) else { return nil }
        self.address = address
        guard parts.count == 2 else {
            prefixLength = address.isIPv4 ? 32 : 128
            return
        }
        guard let bits = Int(parts[1]), (0...(address.isIPv4 ? 32 : 128)).contains(bits) else { return nil }
        prefixLength = bits
    }
}

/// Where we listen: `udp://127.0.0.1:5060`.
package struct ListenURL: Hashable, Sendable {
    package let transport: ListenTransport
    package let endpoint: InetEndpoint

    package init(transport: ListenTransport, endpoint: InetEndpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }

    /// Nil unless the text is `udp://` or `tcp://`, an address and, if it is not 5060, a port.
    package init?(text: String) {
        guard let mark = text.range(separator: "://") else { return nil }
        guard let transport = ListenTransport(rawValue: mark.before.lowercased()) else { return nil }
        guard let target = HostPort(text: mark.after), case .address(let address) = target.host else { return nil }
        self.init(transport: transport, endpoint: InetEndpoint(address: address, port: target.port ?? 5060))
    }
}

package enum ListenTransport: String, CaseIterable, Sendable {
    case udp, tcp
}

/// A host as written: an address, or a name to resolve.
package enum ConfiguredHost: Hashable, Sendable {
    case address(InetAddress)
    case name(String)
}

/// `192.0.2.1:5060`, `[2001:db8::1]:5060`, `sip.example.org`. Without a port, RFC 3263 finds it.
package struct HostPort: Hashable, Sendable {
    package let host: ConfiguredHost
    package let port: UInt16?

    package init(host: ConfiguredHost, port: UInt16?) {
        self.host = host
        self.port = port
    }

    package init?(text: String) {
        if let address = InetAddress(text: text) {
            self.init(host: .address(address), port: nil)
            return
        }
        guard let colon = text.lastIndex(of: ":") else {
            self.init(name: text, port: nil)
            return
        }
        guard let port = UInt16(text[text.index(after: colon)...]), port > 0 else { return nil }
        self.init(name: String(text[..<colon]), port: port)
    }

    private init?(name: String, port: UInt16?) {
        if let address = InetAddress(text: name) {
            guard !name.contains(":") || name.hasPrefix("[") else { return nil }
            self.init(host: .address(address), port: port)
            return
        }
        guard Self.isHostName(name) else { return nil }
        self.init(host: .name(name.lowercased()), port: port)
    }

    /// RFC 3261 §25.1 `hostname`: labels of letters, digits and hyphens; the last one starts with a letter.
    package static func isHostName(_ text: String) -> Bool {
        let labels = text.split(separator: ".", omittingEmptySubsequences: false)
        guard text.utf8.count <= 253, let last = labels.last, last.first?.isLetter == true else { return false }
        return labels.allSatisfy { label in
            (1...63).contains(label.utf8.count) && label.first != "-" && label.last != "-"
                && label.utf8.allSatisfy(isLabelOctet)
        }
    }

    private static func isLabelOctet(_ octet: UInt8) -> Bool {
        switch octet {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"): true
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): true
        default: false
        }
    }
}

/// Reserved media ports: `20000-20127`. The first is even, so that RTP and RTCP make pairs.
package struct PortRange: Hashable, Sendable {
    package let first: UInt16
    package let last: UInt16

    package init(first: UInt16, last: UInt16) {
        self.first = first
        self.last = last
    }

    /// Nil unless the text is two numbers with a hyphen, the first even and below the second.
    package init?(text: String) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, let first = UInt16(parts[0]), let last = UInt16(parts[1]) else { return nil }
        guard first >= 1_024, first % 2 == 0, last > first else { return nil }
        self.init(first: first, last: last)
    }

    package var pairs: Int { (Int(last) - Int(first) + 1) / 2 }

    package func contains(_ port: UInt16) -> Bool { (first...last).contains(port) }
}

extension String {
    /// The text before and after the first occurrence of a separator.
    func range(separator: String) -> (before: String, after: String)? {
        let needle = Array(separator.utf8)
        let octets = Array(utf8)
        guard octets.count >= needle.count else { return nil }
        for start in 0...(octets.count - needle.count)
        where octets[start..<(start + needle.count)].elementsEqual(needle) {
            return (
                String(decoding: octets[..<start], as: UTF8.self),
                String(decoding: octets[(start + needle.count)...], as: UTF8.self)
            )
        }
        return nil
    }
}
