package import InetWire
package import Octets

/// Why a frame was not composed.
package enum ComposeProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The interface is down, or nobody is at the other end of the cable.
    case down
    /// We have no address of the destination's family.
    case noAddress
    /// Longer than the interface or the path takes. Small packets are not fragmented.
    case tooLong
    /// The headers do not fit in front of the payload, or the message does not fit the room.
    case noRoom

    /// Number of reasons. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 4 } }

    @_noAllocation @_noLocks
    package static func == (left: ComposeProblem, right: ComposeProblem) -> Bool { left.rawValue == right.rawValue }
}

/// What became of a frame to be composed.
package enum ComposeVerdict: Sendable, BitwiseCopyable {
    /// It lies in the window from `start` on. A partial checksum is summed from `checksumStart` of the frame on.
    case composed(start: Int, count: Int, checksumStart: Int)
    case refused(ComposeProblem)
}

/// Where one datagram goes, and how.
package struct DatagramPath: Sendable, BitwiseCopyable {
    package var localPort: UInt16
    package var destination: InetEndpoint
    /// The MAC address of the neighbour that takes it.
    package var nextHop: MACAddress
    package var trafficClass = TrafficClass(octet: 0)
    /// Octets of the longest packet that gets through; the interface's own limit counts in any case.
    package var mtu: UInt16 = .max
    package var checksum = ChecksumDuty.complete

    /// RT safe.
    @_noAllocation @_noLocks
    package init(localPort: UInt16, destination: InetEndpoint, nextHop: MACAddress) {
        self.localPort = localPort
        self.destination = destination
        self.nextHop = nextHop
    }
}

/// Writes the headers of what we send. A plain value; the octets stay where they are.
package struct FrameComposer: Sendable, BitwiseCopyable {
    /// In hops.
    private static var hopLimit: UInt8 { @_noAllocation @_noLocks get { 64 } }
    /// Octets that all headers take at most: Ethernet with a tag, IPv6, UDP. RT safe.
    package static var headroom: Int { @_noAllocation @_noLocks get { 66 } }

    package var identity: InterfaceIdentity

    /// RT safe.
    @_noAllocation @_noLocks
    package init(_ identity: InterfaceIdentity) { self.identity = identity }

    /// Writes Ethernet, IP and UDP headers in front of a payload that lies in `window` already. RT safe: one pass
    /// over the payload for a complete checksum, O(1) for a partial one.
    ///
    /// IPv4 asks not to be fragmented and has identification 0, which RFC 6864 §4.1 allows for such packets.
    @_noAllocation @_noLocks
    package func compose(
        in window: OctetBuffer, payloadOffset: Int, payloadCount: Int, path: DatagramPath
    ) -> ComposeVerdict {
        guard identity.canSend else { return .refused(.down) }
        guard let source = identity.source(for: path.destination.address) else { return .refused(.noAddress) }
        let network = path.destination.address.isIPv4 ? IPv4Header.count : IPv6Header.count
        let datagram = UDPHeader.count &+ payloadCount
        guard payloadCount >= 0, network &+ datagram <= Int(min(identity.mtu, path.mtu)) else {
            return .refused(.tooLong)
        }
        let link = linkHeader(to: path.nextHop, path.destination.address.isIPv4 ? .ipv4 : .ipv6)
        let transportStart = payloadOffset &- UDPHeader.count
        let start = transportStart &- network &- link.count
        guard start >= 0, window.contains(payloadCount, at: payloadOffset) else { return .refused(.noRoom) }
        let frame = window.slice(from: start, count: link.count &+ network &+ datagram)
        let transport = frame.suffix(from: link.count &+ network)
        let udp = UDPHeader(
            sourcePort: path.localPort, destinationPort: path.destination.port,
            payloadCount: UInt16(truncatingIfNeeded: payloadCount))
        let header = NetworkHeader(
            source: source, destination: path.destination.address, carries: .udp, count: datagram,
            hopLimit: Self.hopLimit, trafficClass: path.trafficClass)
        guard
            let _ = udp.emit(
                into: transport, source: source, destination: path.destination.address, checksum: path.checksum),
            header.emit(into: frame.suffix(from: link.count)), let _ = link.emit(into: frame)
        else { return .refused(.noRoom) }
        return .composed(start: start, count: frame.count, checksumStart: link.count &+ network)
    }

    /// The Ethernet header of our frames, with our VLAN. RT safe.
    @_noAllocation @_noLocks
    func linkHeader(to destination: MACAddress, _ type: EtherType) -> EthernetHeader {
        EthernetHeader(destination: destination, source: identity.link, etherType: type, outerTag: identity.vlan)
    }
}

/// The IP header of either family.
struct NetworkHeader: Sendable, BitwiseCopyable {
    let source: InetAddress
    let destination: InetAddress
    let carries: IPProtocol
    /// Octets behind the header.
    let count: Int
    let hopLimit: UInt8
    let trafficClass: TrafficClass

    /// RT safe.
    @_noAllocation @_noLocks
    init(
        source: InetAddress, destination: InetAddress, carries: IPProtocol, count: Int, hopLimit: UInt8,
        trafficClass: TrafficClass
    ) {
        self.source = source
        self.destination = destination
        self.carries = carries
        self.count = count
        self.hopLimit = hopLimit
        self.trafficClass = trafficClass
    }

    /// Writes the header at the start of `octets`; false if there is no room. RT safe, O(1).
    @_noAllocation @_noLocks
    func emit(into octets: OctetBuffer) -> Bool {
        let length = UInt16(truncatingIfNeeded: count)
        if let from = source.ipv4, let to = destination.ipv4 {
            var header = IPv4Header(source: from, destination: to, payloadProtocol: carries, payloadCount: length)
            header.trafficClass = trafficClass
            header.dontFragment = true
            header.timeToLive = hopLimit
            if let _ = header.emit(into: octets) { return true }
            return false
        }
        var header = IPv6Header(source: source, destination: destination, nextHeader: carries, payloadCount: length)
        header.trafficClass = trafficClass
        header.hopLimit = hopLimit
        if let _ = header.emit(into: octets) { return true }
        return false
    }
}
