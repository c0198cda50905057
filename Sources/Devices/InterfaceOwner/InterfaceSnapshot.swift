import InetStack
import Octets

/// What an interface has: itself, its addresses, and the routes by it.
package struct InterfaceSnapshot: Equatable, Sendable {
    package var link: InterfaceLink
    package var addresses: [InterfaceAddress]
    package var routes: [InterfaceRoute]

    /// Picks one interface out of everything that the system has told.
    ///
    /// - Returns: nil if there is none of that name.
    package init?(of name: String, in news: [NetlinkNews]) {
        var link: InterfaceLink?
        for case .link(let found) in news where found.name == name { link = found }
        guard let link else { return nil }
        self.link = link
        addresses = []
        routes = []
        for case .address(let address) in news where address.index == link.index { addresses.append(address) }
        for case .route(let route) in news where route.index == link.index && route.table == 254 {
            routes.append(route)
        }
    }

    /// Routes to be made again by hand, in an order in which each has what it needs: those that the kernel made with
    /// an address come with it, and a router has to be reachable before there is a route by it.
    package var manualRoutes: [InterfaceRoute] {
        let manual = routes.filter { !$0.isAutomatic }
        return manual.filter { $0.route.gateway.isUnspecified } + manual.filter { !$0.route.gateway.isUnspecified }
    }
}

extension NetlinkRequest {
    /// Gives an address to an interface. Nobody else can have it, so it is not asked for first.
    static func add(_ address: InterfaceAddress, to index: UInt32) -> NetlinkRequest {
        var body = address.body
        body.replaceSubrange(4..<8, with: octets(index))
        // IFA_F_NODAD in the octet of flags, and no tentative or failed state.
        body[2] = body[2] & 0x87 | 0x02
        var request = NetlinkRequest(
            NetlinkKind.newAddress, flags: acknowledge | create | replace, fixed: Array(body.prefix(8)))
        request.copy(body.dropFirst(8)) { attribute, value in
            guard attribute == 8 else { return value }
            return octets(value.word32(at: 0) & ~0x1078 | 0x02)[...]
        }
        return request
    }

    /// Makes a route again, by an interface.
    static func add(_ route: InterfaceRoute, by index: UInt32) -> NetlinkRequest {
        var body = route.body
        // Of the flags, "the router is on the link" alone is ours to set.
        body.replaceSubrange(8..<12, with: octets(body[8...].word32(at: 0) & 4))
        var request = NetlinkRequest(
            NetlinkKind.newRoute, flags: acknowledge | create | replace, fixed: Array(body.prefix(12)))
        request.copy(body.dropFirst(12)) { attribute, value in
            switch attribute {
            case 4: return octets(index)[...]
            // What the kernel keeps of use and age.
            case 12: return nil
            default: return value
            }
        }
        return request
    }

    /// Copies attributes, changed or left out by `edit`.
    private mutating func copy(
        _ attributes: ArraySlice<UInt8>, _ edit: (UInt16, ArraySlice<UInt8>) -> ArraySlice<UInt8>?
    ) {
        var rest = attributes
        while rest.count >= 4 {
            let length = max(4, min(Int(rest.word16(at: 0)), rest.count))
            let number = rest.word16(at: 2)
            if let value = edit(number, rest.dropFirst(4).prefix(length - 4)) { add(number, value) }
            rest = rest.dropFirst(min(rest.count, padded(length)))
        }
    }
}
