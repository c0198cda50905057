package import Octets

/// What one frame is, read in a single walk over its headers: link, network and transport.
///
/// A plain value of offsets and numbers; the octets stay where they are. Fields behind a problem keep zero.
/// Work: two tags, one IPv4 header of 60 octets or eight IPv6 extension headers, and eight octets of transport.
package struct InetFrame: Sendable, BitwiseCopyable {
    /// Why the walk ended early; nil if the frame is sound as far as it is read.
    package internal(set) var problem: InetFrameProblem?

    // Link.
    package internal(set) var destinationLink = MACAddress.zero
    package internal(set) var sourceLink = MACAddress.zero
    package internal(set) var etherType = EtherType(0)
    /// The tag next to the addresses, nil for none.
    package internal(set) var outerTag: VLANTag?
    /// The tag behind it, nil for none.
    package internal(set) var innerTag: VLANTag?
    /// Octets in front of the network header.
    package internal(set) var linkCount: UInt16 = 0

    // Network.
    /// 4 or 6; 0 for a frame without IP.
    package internal(set) var ipVersion: UInt8 = 0
    /// Octets of the network header with options or extension headers.
    package internal(set) var networkCount: UInt16 = 0
    package internal(set) var source = InetAddress.unspecified
    package internal(set) var destination = InetAddress.unspecified
    /// What the packet carries behind all extension headers.
    package internal(set) var payloadProtocol = IPProtocol.none
    package internal(set) var part = FragmentPart.whole
    /// In hops.
    package internal(set) var hopLimit: UInt8 = 0
    /// IPv4 options or IPv6 extension headers are there.
    package internal(set) var hasOptions = false

    // Transport.
    /// Octets behind the network header, without what the frame fills up with.
    package internal(set) var transportCount: UInt32 = 0
    /// Ports of UDP or TCP; nil for anything else and for later fragments.
    package internal(set) var ports: PortPair?

    /// Reads `frame`, of any length and content. RT safe, bounded as the type says.
    @_noAllocation @_noLocks
    package init(_ frame: OctetBuffer) {
        if let problem = EthernetView.problem(in: frame) {
            self.problem = InetFrameProblem(problem)
            return
        }
        let link = EthernetView(frame)
        destinationLink = link.destination
        sourceLink = link.source
        etherType = link.etherType
        outerTag = link.tag(at: 0)
        innerTag = link.tag(at: 1)
        linkCount = UInt16(truncatingIfNeeded: link.headerCount)
        if etherType == .ipv4 {
            read(ipv4: link.payload)
        } else if etherType == .ipv6 {
            read(ipv6: link.payload)
        } else if etherType == .arp {
            if let problem = ARPView.problem(in: link.payload) { self.problem = InetFrameProblem(problem) }
        }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func read(ipv4 octets: OctetBuffer) {
        if let problem = IPv4View.problem(in: octets) {
            self.problem = InetFrameProblem(problem)
            return
        }
        let packet = IPv4View(octets)
        ipVersion = 4
        networkCount = UInt16(truncatingIfNeeded: packet.headerCount)
        source = packet.source
        destination = packet.destination
        payloadProtocol = packet.payloadProtocol
        part = packet.part
        hopLimit = packet.timeToLive
        hasOptions = packet.headerCount > IPv4View.fixedCount
        read(transport: packet.payload)
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func read(ipv6 octets: OctetBuffer) {
        if let problem = IPv6View.problem(in: octets) {
            self.problem = InetFrameProblem(problem)
            return
        }
        let packet = IPv6View(octets)
        let extensions = IPv6Extensions(packet)
        ipVersion = 6
        networkCount = UInt16(truncatingIfNeeded: extensions.payloadOffset)
        source = packet.source
        destination = packet.destination
        payloadProtocol = extensions.payloadProtocol
        part = extensions.part
        hopLimit = packet.hopLimit
        hasOptions = extensions.count > 0
        if let problem = extensions.problem {
            self.problem = InetFrameProblem(problem)
            return
        }
        read(transport: packet.octets.suffix(from: extensions.payloadOffset))
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func read(transport octets: OctetBuffer) {
        transportCount = UInt32(truncatingIfNeeded: octets.count)
        if part == .later { return }
        if let problem = transportProblem(in: octets) {
            self.problem = problem
        } else {
            ports = PortPair(payloadProtocol, part, octets)
        }
    }

    /// A first fragment of UDP is shorter than its datagram. RT safe.
    @_noAllocation @_noLocks
    private func transportProblem(in octets: OctetBuffer) -> InetFrameProblem? {
        if payloadProtocol == .tcp { return octets.count < 20 ? .tcpTruncated : nil }
        guard payloadProtocol == .udp, let problem = UDPView.problem(in: octets) else { return nil }
        switch problem {
        case .length: return .udpLength
        case .truncated, .checksum, .checksumMissing:
            return part == .first && octets.count >= UDPView.headerCount ? nil : .udpTruncated
        }
    }
}
