package import Octets
import Rings

/// Where packets for a part of the address space go.
package struct Route: Sendable, BitwiseCopyable {
    /// The first `prefixLength` bits count, in the family's own width.
    package var destination: InetAddress
    /// 0…32 for IPv4, 0…128 for IPv6.
    package var prefixLength: UInt8
    /// The neighbour that forwards; unspecified for neighbours themselves. May be IPv6 for IPv4 (RFC 8950).
    package var gateway: InetAddress
    /// Of routes to the same part the lowest wins.
    package var metric: UInt32
    /// Nothing goes there: the kernel's unreachable, prohibit and blackhole.
    package var isReject: Bool

    /// RT safe.
    @_noAllocation @_noLocks
    package init(
        _ destination: InetAddress, _ prefixLength: UInt8, via gateway: InetAddress = .unspecified,
        metric: UInt32 = 0, isReject: Bool = false
    ) {
        self.destination = destination
        self.prefixLength = prefixLength
        self.gateway = gateway
        self.metric = metric
        self.isReject = isReject
    }

    /// Whether the length fits the family. RT safe.
    package var isSound: Bool {
        @_noAllocation @_noLocks get { prefixLength <= (destination.isIPv4 ? 32 : 128) }
    }

    /// Whether `address` is in the part that the route is for. RT safe.
    @_noAllocation @_noLocks
    package func covers(_ address: InetAddress) -> Bool { destination.shares(Int(prefixLength), bitsWith: address) }

    /// Whether the other one stands in the same place of the table: part and metric. RT safe.
    @_noAllocation @_noLocks
    func replaces(_ other: Route) -> Bool {
        prefixLength == other.prefixLength && metric == other.metric && covers(other.destination)
    }

    /// Whether this one wins over `other` for an address that both cover. RT safe.
    @_noAllocation @_noLocks
    func wins(over other: Route) -> Bool {
        prefixLength == other.prefixLength ? metric < other.metric : prefixLength > other.prefixLength
    }
}

/// The next hop by longest prefix, mirrored from the kernel's table of the interface.
///
/// A linear table of few routes: every call takes as many steps as there are. Owner: the media thread.
package struct RouteTable: Sendable {
    private let slots: SlotArray<Route>
    /// Routes in the table.
    package private(set) var count = 0
    /// Routes for which there was no room, or whose prefix is too long.
    package private(set) var refused: UInt64 = 0

    /// RT safe.
    @_noAllocation @_noLocks
    init(slots: SlotArray<Route>) { self.slots = slots }

    /// Routes there is room for. RT safe.
    package var capacity: Int { @_noAllocation @_noLocks get { slots.count } }

    /// The route at `index`, less than `count`, in no order. RT safe.
    package subscript(index: Int) -> Route {
        @_noAllocation @_noLocks get {
            precondition(index < count, "a route beyond the table")
            return slots[index]
        }
    }

    /// The neighbour that packets for `destination` go to: itself, or a gateway; nil if there is no way.
    /// RT safe, one pass over the routes.
    @_noAllocation @_noLocks
    package func nextHop(for destination: InetAddress) -> InetAddress? {
        if destination.isUnspecified { return nil }
        var best = -1
        var index = 0
        while index < count {
            if slots[index].covers(destination), best < 0 || slots[index].wins(over: slots[best]) { best = index }
            index &+= 1
        }
        guard best >= 0, !slots[best].isReject else { return nil }
        return slots[best].gateway.isUnspecified ? destination : slots[best].gateway
    }

    /// Puts `route` in, in the place of one to the same part with the same metric. RT safe, one pass over the routes.
    /// - Returns: false, with nothing changed, if there is no room or the prefix is too long.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func add(_ route: Route) -> Bool {
        guard route.isSound else { return refuse() }
        if let place = place(of: route) {
            slots[place] = route
            return true
        }
        guard count < slots.count else { return refuse() }
        slots[count] = route
        count &+= 1
        return true
    }

    /// Takes the route to the same part with the same metric out. RT safe, one pass over the routes.
    /// - Returns: whether it was there.
    @discardableResult
    @_noAllocation @_noLocks
    package mutating func remove(_ route: Route) -> Bool {
        guard route.isSound, let place = place(of: route) else { return false }
        count &-= 1
        slots[place] = slots[count]
        return true
    }

    /// Takes all out, before the kernel's table is read anew. RT safe.
    @_noAllocation @_noLocks
    package mutating func removeAll() { count = 0 }

    /// RT safe, one pass over the routes.
    @_noAllocation @_noLocks
    private func place(of route: Route) -> Int? {
        var index = 0
        while index < count {
            if route.replaces(slots[index]) { return index }
            index &+= 1
        }
        return nil
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func refuse() -> Bool {
        refused &+= 1
        return false
    }
}
