package import Octets

extension InetFrame {
    /// To every station of the link, or to 255.255.255.255. RT safe.
    package var isBroadcast: Bool {
        @_noAllocation @_noLocks get { destinationLink.isBroadcast || destination == .ipv4(.max) }
    }

    /// To a group, on the link or by its IP address; a broadcast is none. RT safe.
    package var isMulticast: Bool {
        @_noAllocation @_noLocks get {
            destinationLink.isGroup && !destinationLink.isBroadcast || destination.isMulticast
        }
    }

    /// A part of a datagram, which only the slow path can put together. RT safe.
    package var isFragment: Bool { @_noAllocation @_noLocks get { !(part == .whole) } }

    /// Where the transport header begins, from the start of the frame. RT safe.
    package var transportOffset: Int { @_noAllocation @_noLocks get { Int(linkCount) &+ Int(networkCount) } }

    /// The network header and all that follows it. RT safe.
    /// - Parameter frame: the octets that this value was read from.
    @_noAllocation @_noLocks
    package func network(of frame: OctetBuffer) -> OctetBuffer { frame.suffix(from: Int(linkCount)) }

    /// The transport header and its payload; empty where the walk ended before them. RT safe.
    /// - Parameter frame: the octets that this value was read from.
    @_noAllocation @_noLocks
    package func transport(of frame: OctetBuffer) -> OctetBuffer {
        frame.slice(from: transportOffset, count: Int(transportCount))
    }

    /// The UDP datagram, if the frame is sound and holds a whole one. RT safe.
    /// - Parameter frame: the octets that this value was read from.
    @_noAllocation @_noLocks
    package func udp(of frame: OctetBuffer) -> UDPView? {
        guard case .none = problem, ipVersion != 0, payloadProtocol == .udp, part == .whole else { return nil }
        return UDPView(transport(of: frame))
    }

    /// The ARP packet, if the frame is sound and holds one. RT safe.
    /// - Parameter frame: the octets that this value was read from.
    @_noAllocation @_noLocks
    package func arp(of frame: OctetBuffer) -> ARPView? {
        guard case .none = problem, etherType == .arp else { return nil }
        return ARPView(network(of: frame))
    }
}
