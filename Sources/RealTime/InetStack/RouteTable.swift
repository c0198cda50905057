package import Octets
import Rings

/// The system's routes as the real-time plane needs them: which station a packet goes to next.
///
/// Small and searched from end to end; what does not fit is counted, and its packets go the slow way, by the system's
/// own table. Owner: the media thread. Laid out in Setup/.
package struct RouteTable: Sendable {
    /// Routes there is room for.
    package static var capacity: Int { @_noAllocation @_noLocks get { 64 } }

    let routes: SlotArray<Route>
    package private(set) var count = 0
    /// Routes that did not fit: while there are any, nothing is known for sure and every look-up is in vain.
    package private(set) var refused: UInt64 = 0

    @_noAllocation @_noLocks
    init(routes: SlotArray<Route>) { self.routes = routes }

    /// Adds a route, or replaces the one with its prefix and metric. RT safe: at most `capacity` steps.
    @_noAllocation @_noLocks
    package mutating func insert(_ route: Route) {
        if let index = place(of: route) {
            routes[index] = route
        } else if count < routes.count {
            routes[count] = route
            count &+= 1
        } else {
            refused &+= 1
        }
    }

    /// Takes a route out. RT safe: at most `capacity` steps.
    @_noAllocation @_noLocks
    package mutating func remove(_ route: Route) {
        guard let index = place(of: route) else { return }
        count &-= 1
        routes[index] = routes[count]
    }

    /// Forgets all routes, and that some did not fit. RT safe.
    @_noAllocation @_noLocks
    package mutating func removeAll() {
        count = 0
        refused = 0
    }

    /// The station of the link that packets to `address` go to: itself or a router; nil when they do not leave by
    /// this interface, or nothing is known. RT safe: at most `capacity` steps.
    @_noAllocation @_noLocks
    package func nextHop(to address: InetAddress) -> InetAddress? {
        guard refused == 0, !address.isMulticast, let route = best(for: address) else { return nil }
        switch route.target {
        case .onLink: return address
        case .gateway(let router): return router
        case .elsewhere: return nil
        }
    }

    /// The longest prefix that leads to `address`, and of equal ones the least metric. RT safe.
    @_noAllocation @_noLocks
    private func best(for address: InetAddress) -> Route? {
        var best: Route?
        var index = 0
        while index < count {
            let route = routes[index]
            if route.leads(to: address) {
                if let known = best {
                    if route.isBetter(than: known) { best = route }
                } else {
                    best = route
                }
            }
            index &+= 1
        }
        return best
    }

    @_noAllocation @_noLocks
    private func place(of route: Route) -> Int? {
        var index = 0
        while index < count {
            if routes[index].isSameLine(as: route) { return index }
            index &+= 1
        }
        return nil
    }
}
