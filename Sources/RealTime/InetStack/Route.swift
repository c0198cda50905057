package import Octets

/// Where the packets of one route go.
package enum RouteTarget: Hashable, Sendable, BitwiseCopyable {
    /// To a station of the interface's own link.
    case onLink
    /// To a router on it.
    case gateway(InetAddress)
    /// Not out of this interface: this machine itself, another interface, or nowhere.
    case elsewhere
}

/// One line of the system's routing table.
package struct Route: Hashable, Sendable, BitwiseCopyable {
    package var prefix: InetAddress
    /// Bits of the prefix, in its family's own width: 0…32 or 0…128.
    package var length: UInt8
    /// Among equal prefixes the least one counts.
    package var metric: UInt32
    package var target: RouteTarget

    /// RT safe.
    @_noAllocation @_noLocks
    package init(prefix: InetAddress, length: UInt8, metric: UInt32 = 0, target: RouteTarget) {
        self.prefix = prefix
        self.length = length
        self.metric = metric
        self.target = target
    }

    /// Whether both are the same line of the table, whatever their targets. RT safe.
    @_noAllocation @_noLocks
    func isSameLine(as other: Route) -> Bool {
        prefix == other.prefix && length == other.length && metric == other.metric
    }

    /// Whether packets to `address` may take it. RT safe.
    @_noAllocation @_noLocks
    func leads(to address: InetAddress) -> Bool {
        prefix.isIPv4 == address.isIPv4 && prefix.shares(Int(length), bitsWith: address)
    }

    /// Whether it is to be taken rather than `other`, both leading to the same address. RT safe.
    @_noAllocation @_noLocks
    func isBetter(than other: Route) -> Bool {
        length == other.length ? metric < other.metric : length > other.length
    }
}
