/// The transports that a Via names. RFC 3261 §18, RFC 7118.
package enum TransportKind: UInt8, Hashable, Sendable, CaseIterable {
    case udp
    case tcp
    case tls
    case ws
    case wss

    /// Delivery is the transport's own affair, so no machine retransmits. RFC 3261 §17.1.1.2.
    package var isReliable: Bool {
        switch self {
        case .udp: false
        case .tcp, .tls, .ws, .wss: true
        }
    }

    /// The port that an absent port means. RFC 3261 §19.1.2.
    package var defaultPort: UInt16 {
        switch self {
        case .udp, .tcp: 5060
        case .tls: 5061
        case .ws: 80
        case .wss: 443
        }
    }

    /// The word after `SIP/2.0/` in a Via.
    package var viaToken: String {
        switch self {
        case .udp: "UDP"
        case .tcp: "TCP"
        case .tls: "TLS"
        case .ws: "WS"
        case .wss: "WSS"
        }
    }

    /// Reads a Via's or a URI parameter's word, in any case of letters.
    package init?(token: String) {
        switch token.lowercased() {
        case "udp": self = .udp
        case "tcp": self = .tcp
        case "tls": self = .tls
        case "ws": self = .ws
        case "wss": self = .wss
        default: return nil
        }
    }
}
