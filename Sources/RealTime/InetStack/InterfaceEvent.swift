package import InetWire
package import Octets

/// What is known of the interface itself, as the system's tools have set it.
package struct LinkState: Hashable, Sendable, BitwiseCopyable {
    package var address: MACAddress
    /// Octets of the longest packet.
    package var mtu: UInt16
    /// Switched on, and a cable in it.
    package var isUp: Bool

    /// RT safe.
    @_noAllocation @_noLocks
    package init(address: MACAddress, mtu: UInt16, isUp: Bool) {
        self.address = address
        self.mtu = mtu
        self.isUp = isUp
    }
}

/// One change on the interface, on its way from whoever watches the system to the real-time plane.
package enum InterfaceEvent: Sendable, BitwiseCopyable {
    case link(LinkState)
    /// What the system knows of a station now.
    case neighbor(InetAddress, MACAddress, MirroredState)
    /// A route is there; one with the same prefix and metric is replaced. One that does not leave by this interface
    /// is a reject.
    case route(Route)
    case routeLost(Route)
    /// All routes go: the watcher has missed something and tells everything anew.
    case reset
}
