package import InetStack
package import InetWire
package import Octets

/// An interface as the system knows it.
package struct InterfaceLink: Equatable, Sendable {
    package var index: UInt32
    package var name: String
    package var address: MACAddress
    package var mtu: UInt32
    /// Interface flags: IFF_UP 1, IFF_LOOPBACK 8, IFF_PROMISC 0x100, IFF_ALLMULTI 0x200, IFF_LOWER_UP 0x10000.
    package var flags: UInt32
    /// Index of the bridge or bond that it belongs to, 0 = none.
    var master: UInt32
    /// The message that told it.
    var body: [UInt8]

    package var isUp: Bool { flags & 1 != 0 }
    package var isLoopback: Bool { flags & 8 != 0 }
    package var isPromiscuous: Bool { flags & 0x100 != 0 }
    package var takesAllMulticast: Bool { flags & 0x200 != 0 }
    package var hasCarrier: Bool { flags & 0x10000 != 0 }
}

/// An address of an interface, with the message that told it: enough to give it to another interface.
package struct InterfaceAddress: Equatable, Sendable {
    package let index: UInt32
    package let address: InetAddress
    package let prefix: UInt8
    let scope: UInt8
    let body: [UInt8]
}

/// A route, with the message that told it: enough to make it again.
package struct InterfaceRoute: Equatable, Sendable {
    /// The interface that it leaves by; 0 = none, or several.
    package let index: UInt32
    package let route: Route
    let table: UInt32
    /// Made by the kernel itself, with an address.
    let isAutomatic: Bool
    let body: [UInt8]

    /// The message says everything else.
    package static func == (left: InterfaceRoute, right: InterfaceRoute) -> Bool { left.body == right.body }
}

/// Something that a route netlink socket tells.
package enum NetlinkNews: Equatable, Sendable {
    case link(InterfaceLink)
    case linkLost(index: UInt32)
    case address(InterfaceAddress)
    case addressLost(InterfaceAddress)
    case route(InterfaceRoute)
    case routeLost(InterfaceRoute)
    /// What the system knows of a station; no MAC address with a state of gone.
    case neighbor(index: UInt32, InetAddress, MACAddress, MirroredState)
    /// The answer to a request: 0, or an errno.
    case answer(sequence: UInt32, problem: Int32)
    /// A dump has come to its end.
    case done(sequence: UInt32)

    /// Reads a message; nil for what means nothing to us.
    package init?(_ message: NetlinkMessage) throws(NetlinkProblem) {
        switch message.kind {
        case NetlinkKind.error:
            let code = message.body[...].word32(at: 0)
            self = .answer(sequence: message.sequence, problem: -Int32(bitPattern: code))
        case NetlinkKind.done: self = .done(sequence: message.sequence)
        case NetlinkKind.newLink: self = .link(try InterfaceLink(message))
        case NetlinkKind.deleteLink: self = .linkLost(index: try InterfaceLink(message).index)
        case NetlinkKind.newAddress, NetlinkKind.deleteAddress:
            guard let read = try InterfaceAddress(message) else { return nil }
            self = message.kind == NetlinkKind.newAddress ? .address(read) : .addressLost(read)
        case NetlinkKind.newRoute, NetlinkKind.deleteRoute:
            guard let read = try InterfaceRoute(message) else { return nil }
            self = message.kind == NetlinkKind.newRoute ? .route(read) : .routeLost(read)
        case NetlinkKind.newNeighbor, NetlinkKind.deleteNeighbor: try self.init(neighbor: message)
        default: return nil
        }
    }

    private init?(neighbor message: NetlinkMessage) throws(NetlinkProblem) {
        let fields = try message.attributes(from: 12)
        let head = message.body[...]
        let index = head.word32(at: 4)
        guard let address = fields[1].flatMap(InetAddress.init(octets:)) else { return nil }
        let link = fields[2].flatMap(MACAddress.init(octets:)) ?? .zero
        let isKept = message.kind == NetlinkKind.newNeighbor && link.isStation
        let state = isKept ? MirroredState(neighborState: head.word16(at: 8)) : .gone
        self = .neighbor(index: index, address, state == .gone ? .zero : link, state)
    }
}

extension MirroredState {
    /// Bits of ndm_state, linux/neighbour.h.
    init(neighborState bits: UInt16) {
        if bits & 0xC0 != 0 {
            self = .permanent
        } else if bits & 0x02 != 0 {
            self = .reachable
        } else {
            self = bits & 0x1C != 0 ? .stale : .gone
        }
    }
}

extension InterfaceLink {
    init(_ message: NetlinkMessage) throws(NetlinkProblem) {
        let fields = try message.attributes(from: 16)
        let head = message.body[...]
        index = head.word32(at: 4)
        flags = head.word32(at: 8)
        address = fields[1].flatMap(MACAddress.init(octets:)) ?? .zero
        name = fields[3].map { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) } ?? ""
        mtu = fields[4]?.word32(at: 0) ?? 0
        master = fields[10]?.word32(at: 0) ?? 0
        body = message.body
    }
}

extension InterfaceAddress {
    init?(_ message: NetlinkMessage) throws(NetlinkProblem) {
        let fields = try message.attributes(from: 8)
        // Of a point-to-point link the second is the peer's.
        guard let address = (fields[2] ?? fields[1]).flatMap(InetAddress.init(octets:)) else { return nil }
        self.address = address
        prefix = message.body[1]
        scope = message.body[3]
        index = message.body[...].word32(at: 4)
        body = message.body
    }
}

extension InterfaceRoute {
    init?(_ message: NetlinkMessage) throws(NetlinkProblem) {
        let fields = try message.attributes(from: 12)
        let head = message.body
        table = fields[15]?.word32(at: 0) ?? UInt32(head[4])
        // Those of the tables main and local that are no copies of a used one.
        guard table == 254 || table == 255, head[8...].word32(at: 0) & 0x200 == 0 else { return nil }
        guard head[0] == 2 || head[0] == 10 else { return nil }
        let isIPv4 = head[0] == 2
        let none: InetAddress = isIPv4 ? .ipv4(0) : .unspecified
        let prefix = fields[1].flatMap(InetAddress.init(octets:)) ?? none
        index = fields[4]?.word32(at: 0) ?? 0
        isAutomatic = head[5] == 2
        let gateway = fields[5].flatMap(InetAddress.init(octets:))
        // Unicast of the table main; everything else stays on this machine, or goes nowhere.
        let leaves = head[7] == 1 && table == 254 && index != 0 && fields[18] == nil
        route = Route(
            prefix, min(head[1], isIPv4 ? 32 : 128), via: gateway ?? .unspecified,
            metric: fields[6]?.word32(at: 0) ?? 0, isReject: !leaves)
        body = message.body
    }
}

extension InetAddress {
    /// 4 octets of an IPv4 address or 16 of an IPv6 one.
    init?(octets: ArraySlice<UInt8>) {
        guard octets.count == 4 || octets.count == 16 else { return nil }
        let (high, low) = octets.reduce((UInt64(0), UInt64(0))) { sum, octet in
            (sum.0 << 8 | sum.1 >> 56, sum.1 << 8 | UInt64(octet))
        }
        self = octets.count == 4 ? .ipv4(UInt32(truncatingIfNeeded: low)) : InetAddress(high: high, low: low)
    }
}

extension MACAddress {
    /// Six octets.
    init?(octets: ArraySlice<UInt8>) {
        guard octets.count == 6 else { return nil }
        self.init(bits: octets.reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The six octets.
    var octets: [UInt8] { (0..<6).map { UInt8(truncatingIfNeeded: bits >> UInt64(40 - 8 * $0)) } }
}
