package import InetWire
package import Octets

/// Who we are on the link, and how our datagrams are marked.
package struct FrameComposer: Sendable, BitwiseCopyable {
    /// Octets of the longest headers: Ethernet, IPv6, UDP.
    package static var longestHeaders: Int { @_noAllocation @_noLocks get { 62 } }

    package var link: LinkState
    /// Unspecified = none.
    package var address4: InetAddress
    package var address6: InetAddress
    package var trafficClass: TrafficClass

    /// RT safe.
    @_noAllocation @_noLocks
    package init(link: LinkState, address4: InetAddress, address6: InetAddress, dscp: UInt8) {
        self.link = link
        self.address4 = address4
        self.address6 = address6
        trafficClass = TrafficClass(dscp: dscp)
    }

    /// Our address of the family of `peer`; nil if there is none. RT safe.
    @_noAllocation @_noLocks
    package func address(towards peer: InetAddress) -> InetAddress? {
        let ours = peer.isIPv4 ? address4 : address6
        return ours.isUnspecified ? nil : ours
    }

    /// Whether an address is one of ours. RT safe.
    @_noAllocation @_noLocks
    package func owns(_ address: InetAddress) -> Bool {
        !address.isUnspecified && (address == address4 || address == address6)
    }

    /// Writes all headers in front of a payload. RT safe: one pass over the payload, for the checksum.
    ///
    /// IPv4 packets may not be cut and carry no identification (RFC 6864 §4.1): we send whole ones only.
    /// - Parameters:
    ///   - window: room for the headers, then the payload to its end.
    ///   - payload: where the payload begins in the window.
    ///   - port: our UDP port.
    ///   - station: who takes the frame on the link.
    /// - Returns: where the frame begins in the window; nil if the interface is off or has no address of that family, or
    ///   the packet is longer than it takes.
    @_noAllocation @_noLocks
    package func compose(
        in window: OctetBuffer, payloadAt payload: Int, from port: UInt16, to destination: InetEndpoint,
        station: MACAddress
    ) -> Int? {
        guard link.isUp, let source = address(towards: destination.address) else { return nil }
        let isIPv4 = source.isIPv4
        let networkCount = isIPv4 ? IPv4Header.count : IPv6Header.count
        let count = window.count &- payload &+ UDPHeader.count
        guard networkCount &+ count <= Int(link.mtu) else { return nil }
        let start = payload &- UDPHeader.count &- networkCount &- EthernetView.fixedCount
        guard start >= 0, payload <= window.count else { return nil }
        let datagram = UDPHeader(
            sourcePort: port, destinationPort: destination.port,
            payloadCount: UInt16(truncatingIfNeeded: window.count &- payload))
        let frame = window.suffix(from: start)
        let network = frame.suffix(from: EthernetView.fixedCount)
        let header = EthernetHeader(
            destination: station, source: link.address, etherType: isIPv4 ? .ipv4 : .ipv6)
        guard
            case .some = datagram.emit(
                into: network.suffix(from: networkCount), source: source, destination: destination.address,
                checksum: .complete),
            case .some = emit(source, destination.address, count, into: network), case .some = header.emit(into: frame)
        else { return nil }
        return start
    }

    /// Writes the network header of a UDP datagram of `count` octets. RT safe.
    @_noAllocation @_noLocks
    private func emit(
        _ source: InetAddress, _ destination: InetAddress, _ count: Int, into octets: OctetBuffer
    ) -> Int? {
        let length = UInt16(truncatingIfNeeded: count)
        guard let source4 = source.ipv4, let destination4 = destination.ipv4 else {
            var header = IPv6Header(source: source, destination: destination, nextHeader: .udp, payloadCount: length)
            header.trafficClass = trafficClass
            return header.emit(into: octets)
        }
        var header = IPv4Header(
            source: source4, destination: destination4, payloadProtocol: .udp, payloadCount: length)
        header.trafficClass = trafficClass
        header.dontFragment = true
        return header.emit(into: octets)
    }
}
