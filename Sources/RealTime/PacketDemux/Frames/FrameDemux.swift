package import InetStack
package import InetWire
package import Octets

/// Decides for every received frame which side it is for, by type and destination.
///
/// A datagram to a reserved port is the real-time side's; what teaches of neighbours and what tells of errors on our
/// ports is for both; what nobody can use is dropped and counted; everything else is the operating system's business,
/// and it gets it untouched. Sans-IO, without a memory of its own.
package enum FrameDemux {
    /// Says where `octets`, one frame of any length and content, goes. RT safe: one walk over the headers, and one pass
    /// over a datagram to a reserved port or an ICMP error to us, unless their checksums need no look.
    @_noAllocation @_noLocks
    package static func classify(
        _ octets: OctetBuffer, checksum: ChecksumState, identity: InterfaceIdentity, ports: PortSet
    ) -> FrameVerdict {
        classify(InetFrame(octets), octets, checksum: checksum, identity: identity, ports: ports)
    }

    /// As above, for who has walked over the frame already. RT safe.
    /// - Parameter frame: the walk over `octets`.
    @_noAllocation @_noLocks
    package static func classify(
        _ frame: InetFrame, _ octets: OctetBuffer, checksum: ChecksumState, identity: InterfaceIdentity, ports: PortSet
    ) -> FrameVerdict {
        guard octets.count >= EthernetView.fixedCount else { return .dropped(.ethernetTruncated) }
        let station = MACAddress(octets, at: 0)
        guard station.isGroup || station == identity.link else { return .dropped(.otherStation) }
        if frame.problem.map({ $0 == .ethernetTruncated }) ?? false { return .dropped(.ethernetTruncated) }
        guard identity.isInVLAN(outer: frame.outerTag, inner: frame.innerTag) else { return .general }
        if let problem = frame.problem {
            return verdict(on: problem, frame, octets, identity: identity, ports: ports)
        }
        if let arp = frame.arp(of: octets) { return arp.isReply ? .both : .general }
        guard frame.ipVersion != 0, !frame.isFragment, !frame.hasOptions else { return .general }
        if frame.payloadProtocol == .udp {
            return datagram(frame, octets, checksum: checksum, identity: identity, ports: ports)
        }
        return teaches(frame, octets, checksum: checksum, identity: identity, ports: ports) ? .both : .general
    }

    /// Frames that end too early and IPv4 headers that don't add up are dropped; other flaws are for the operating
    /// system to count. RT safe, O(1).
    @_noAllocation @_noLocks
    private static func verdict(
        on problem: InetFrameProblem, _ frame: InetFrame, _ octets: OctetBuffer, identity: InterfaceIdentity,
        ports: PortSet
    ) -> FrameVerdict {
        switch problem {
        case .ethernetTruncated: return .dropped(.ethernetTruncated)
        case .arpTruncated: return .dropped(.arpTruncated)
        case .ipv4Truncated: return .dropped(.ipv4Truncated)
        case .ipv4Checksum: return .dropped(.ipv4Checksum)
        case .ipv6Truncated: return .dropped(.ipv6Truncated)
        case .udpTruncated, .udpLength:
            guard !frame.isFragment, !frame.hasOptions, isOurs(frame, octets, identity) else { return .general }
            let segment = frame.transport(of: octets)
            guard segment.count >= 4, ports.contains(segment.uint16(at: 2)) else { return .general }
            return .dropped(problem == .udpLength ? .udpLength : .udpTruncated)
        case .notEthernetII, .tooManyTags, .arpFormat, .ipv4Version, .ipv4HeaderLength, .ipv4TotalLength,
            .ipv4Fragment, .ipv6Version, .ipv6MappedAddress, .ipv6ExtensionTruncated, .ipv6ExtensionLimit,
            .ipv6HopByHopPlace, .ipv6Fragment, .tcpTruncated:
            return .general
        }
    }

    /// A whole datagram without options. RT safe, one pass over one to a reserved port.
    @_noAllocation @_noLocks
    private static func datagram(
        _ frame: InetFrame, _ octets: OctetBuffer, checksum: ChecksumState, identity: InterfaceIdentity, ports: PortSet
    ) -> FrameVerdict {
        guard let udp = frame.udp(of: octets), ports.contains(udp.destinationPort), isOurs(frame, octets, identity)
        else { return .general }
        switch udp.checksumProblem(source: frame.source, destination: frame.destination, state: checksum) {
        case .none: break
        case .checksumMissing: return .dropped(.udpChecksumMissing)
        case .checksum, .truncated, .length: return .dropped(.udpChecksum)
        }
        return .realTime(
            FramedDatagram(
                payloadOffset: frame.transportOffset &+ UDPView.headerCount, payloadCount: udp.payload.count,
                localPort: udp.destinationPort, source: InetEndpoint(address: frame.source, port: udp.sourcePort)))
    }

    /// To our MAC address alone and to one of our addresses. RT safe.
    @_noAllocation @_noLocks
    private static func isOurs(_ frame: InetFrame, _ octets: OctetBuffer, _ identity: InterfaceIdentity) -> Bool {
        frame.destinationLink == identity.link && identity.has(frame.destination)
    }

    /// A neighbour advertisement, whatever it is worth, or a sound ICMP error about a datagram from a reserved port.
    /// RT safe, one pass over an ICMP error to us.
    @_noAllocation @_noLocks
    private static func teaches(
        _ frame: InetFrame, _ octets: OctetBuffer, checksum: ChecksumState, identity: InterfaceIdentity, ports: PortSet
    ) -> Bool {
        if frame.ipVersion == 6, frame.payloadProtocol == .icmpv6, frame.transportCount > 0,
            octets.octet(at: frame.transportOffset) == 136
        {
            return true
        }
        guard let error = ICMPDecision(frame, octets, checksum: checksum, identity: identity) else { return false }
        return ports.contains(error.localPort)
    }
}
