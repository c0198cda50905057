/// What a datagram on the SIP port is, by its first octets. RFC 5626 section 4.4.2, RFC 7983.
enum DatagramKind {
    case message
    /// Nothing but CR, LF and NUL, or nothing at all: holds a NAT binding open.
    case keepAlive
    /// STUN, or what cannot begin a message.
    case other

    init(_ octets: [UInt8]) {
        guard let first = octets.first(where: { $0 != 13 && $0 != 10 && $0 != 0 }) else {
            self = .keepAlive
            return
        }
        let isStun = octets.count >= 20 && octets[0] < 4
        self = isStun || first < 33 || first > 126 ? .other : .message
    }
}
