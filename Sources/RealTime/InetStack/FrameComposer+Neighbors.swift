package import InetWire
package import Octets

extension FrameComposer {
    /// Octets of the longest frame that the functions below write: Ethernet with a tag, IPv6, a message of 32 octets.
    package static var neighborFrameCount: Int { @_noAllocation @_noLocks get { 90 } }

    /// Asks who has `address`: an ARP request or a neighbour solicitation, at the start of `room`. RT safe, O(1).
    ///
    /// - Parameter link: the MAC address to be confirmed, which is asked alone (RFC 1122 §2.3.2.1, RFC 4861 §7.3.3);
    ///   nil asks all, or the solicited-node group.
    @_noAllocation @_noLocks
    package func question(
        for address: InetAddress, confirming link: MACAddress? = nil, in room: OctetBuffer
    ) -> ComposeVerdict {
        guard identity.canSend else { return .refused(.down) }
        if let target = address.ipv4 {
            guard let own = identity.ipv4.ipv4, !identity.ipv4.isUnspecified else { return .refused(.noAddress) }
            return compose(.request(from: identity.link, own, for: target), to: link ?? .broadcast, in: room)
        }
        guard let source = identity.source(for: address) else { return .refused(.noAddress) }
        var destination = address
        var station = link ?? .zero
        if station == .zero {
            destination = address.solicitedNodeGroup
            station = MACAddress.group(for: destination) ?? .broadcast
        }
        let message = NeighborSolicitation(target: address, sourceLink: identity.link)
        return compose(neighbors: source, destination, to: station, in: room) { octets in
            message.emit(into: octets, source: source, destination: destination)
        }
    }

    /// Tells all that we have `address`, one of ours, as after a change of our MAC address: gratuitous ARP
    /// (RFC 5227 §2.3) or an unsolicited neighbour advertisement that overrides (RFC 4861 §7.2.6), at the start of
    /// `room`. RT safe, O(1).
    @_noAllocation @_noLocks
    package func announcement(of address: InetAddress, in room: OctetBuffer) -> ComposeVerdict {
        guard identity.canSend else { return .refused(.down) }
        guard identity.has(address) else { return .refused(.noAddress) }
        if let own = address.ipv4 { return compose(.gratuitous(from: identity.link, own), to: .broadcast, in: room) }
        let all = InetAddress(high: 0xFF02_0000_0000_0000, low: 1)
        let message = NeighborAdvertisement(
            target: address, targetLink: identity.link, isSolicited: false, isOverride: true)
        return compose(neighbors: address, all, to: MACAddress.group(for: all) ?? .broadcast, in: room) { octets in
            message.emit(into: octets, source: address, destination: all)
        }
    }

    /// RT safe, O(1).
    @_noAllocation @_noLocks
    private func compose(_ arp: ARPMessage, to station: MACAddress, in room: OctetBuffer) -> ComposeVerdict {
        let link = linkHeader(to: station, .arp)
        guard let start = link.emit(into: room), let count = arp.emit(into: room.suffix(from: start)) else {
            return .refused(.noRoom)
        }
        return .composed(start: 0, count: start &+ count, checksumStart: start)
    }

    /// A message of neighbour discovery, which `emit` writes. Hop limit 255 proves that no router was on the way.
    /// RT safe, O(1).
    @_noAllocation @_noLocks
    private func compose(
        neighbors source: InetAddress, _ destination: InetAddress, to station: MACAddress, in room: OctetBuffer,
        emit: (OctetBuffer) -> Int?
    ) -> ComposeVerdict {
        let link = linkHeader(to: station, .ipv6)
        let start = link.count &+ IPv6Header.count
        guard room.count >= start, let count = emit(room.suffix(from: start)) else { return .refused(.noRoom) }
        let header = NetworkHeader(
            source: source, destination: destination, carries: .icmpv6, count: count, hopLimit: 255,
            trafficClass: TrafficClass(octet: 0))
        guard header.emit(into: room.suffix(from: link.count)), let _ = link.emit(into: room) else {
            return .refused(.noRoom)
        }
        return .composed(start: 0, count: start &+ count, checksumStart: start)
    }
}
