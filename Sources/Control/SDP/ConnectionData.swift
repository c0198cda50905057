package import Octets

/// c=. RFC 8866 §5.7: `IN IP4 224.2.36.42/127`.
package struct ConnectionData: Equatable, Sendable {
    package var networkType: String
    package var addressType: String
    /// Number or host name, without the suffixes.
    package var host: String
    /// `/127` or `/127/3`: multicast scope and address count, with the slash.
    package var suffix: String

    package init(networkType: String = "IN", addressType: String, host: String, suffix: String = "") {
        self.networkType = networkType
        self.addressType = addressType
        self.host = host
        self.suffix = suffix
    }

    package init(_ address: InetAddress) {
        self.init(addressType: address.isIPv4 ? "IP4" : "IP6", host: address.description)
    }

    /// The address where it is a number; nil for a host name. The address type is not compared: phones
    /// write `IP4` before IPv6 numbers.
    package var address: InetAddress? {
        networkType == "IN" ? InetAddress(text: host) : nil
    }

    /// All zero: the owner of this line must not be sent anything. RFC 3264 §8.4; RFC 6157 §3 names
    /// `::` and the host `*.invalid`.
    package var isUnspecified: Bool {
        address?.isUnspecified ?? (host == "invalid" || host.hasSuffix(".invalid"))
    }
}
