package import InetStack
package import InetWire
package import Octets

/// Tells for every frame of the interface which side it is for.
///
/// - a whole UDP datagram to a reserved port at one of our addresses: the real-time plane, at once;
/// - an ARP reply or a neighbour advertisement: both;
/// - a frame for another station, cut short or with a wrong checksum: nobody;
/// - everything else, fragments and IP options included: the general-purpose plane, untouched.
///
/// A pure function of frame, identity and ports.
package enum FrameDemux {
    /// RT safe: one walk over the headers, and one pass over a datagram for a reserved port if its checksum is not
    /// verified yet.
    ///
    /// - Parameters:
    ///   - checksum: what whoever received the frame knows of its transport checksum.
    ///   - identity: who we are.
    @_noAllocation @_noLocks
    package static func classify(
        _ octets: OctetBuffer, checksum: ChecksumState, identity: FrameComposer, ports: PortMap
    ) -> FrameVerdict {
        let frame = InetFrame(octets)
        if let drop = drop(frame, identity) { return .dropped(drop) }
        // What the walk could not read and is no damage (802.3, foreign formats) is not ours to judge.
        guard case .none = frame.problem, case .none = frame.outerTag else { return .general }
        if frame.etherType == .arp { return arp(frame, octets) }
        if frame.payloadProtocol == .icmpv6, frame.part == .whole { return advertisement(frame, octets) }
        guard let datagram = frame.udp(of: octets), !frame.hasOptions, identity.owns(frame.destination),
            frame.destinationLink.isStation, let port = ports.port(datagram.destinationPort)
        else { return .general }
        if let _ = datagram.checksumProblem(source: frame.source, destination: frame.destination, state: checksum) {
            return .dropped(.datagramChecksum)
        }
        return .realTime(
            FramedDatagram(
                port: port, source: InetEndpoint(address: frame.source, port: datagram.sourcePort),
                offset: UInt16(truncatingIfNeeded: frame.transportOffset &+ UDPView.headerCount),
                count: UInt16(truncatingIfNeeded: datagram.payload.count)))
    }

    /// Whether a frame is for nobody here. RT safe.
    @_noAllocation @_noLocks
    private static func drop(_ frame: InetFrame, _ identity: FrameComposer) -> FrameDrop? {
        if let problem = frame.problem {
            switch problem {
            case .ethernetTruncated, .arpTruncated, .ipv4Truncated, .ipv4HeaderLength, .ipv4TotalLength,
                .ipv6Truncated, .ipv6ExtensionTruncated, .udpTruncated, .udpLength, .tcpTruncated:
                return .malformed
            case .ipv4Checksum: return .headerChecksum
            case .notEthernetII, .tooManyTags, .arpFormat, .ipv4Version, .ipv4Fragment, .ipv6Version,
                .ipv6MappedAddress, .ipv6ExtensionLimit, .ipv6HopByHopPlace, .ipv6Fragment:
                break
            }
        }
        let isForOther = frame.destinationLink.isStation && !(frame.destinationLink == identity.link.address)
        return isForOther ? .otherStation : nil
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private static func arp(_ frame: InetFrame, _ octets: OctetBuffer) -> FrameVerdict {
        guard let message = frame.arp(of: octets)?.message, message.isReply else { return .general }
        return .both(.ipv4(message.sender), message.senderLink)
    }

    /// RT safe: at most 16 options, one pass over the message.
    @_noAllocation @_noLocks
    private static func advertisement(_ frame: InetFrame, _ octets: OctetBuffer) -> FrameVerdict {
        let segment = frame.transport(of: octets)
        guard
            case .none = ICMPv6View.problem(in: segment, source: frame.source, destination: frame.destination),
            segment.octet(at: 0) == 136
        else { return .general }
        let view = ICMPv6View(segment)
        guard
            case .none = NeighborAdvertisement.problem(
                in: view, destination: frame.destination, hopLimit: frame.hopLimit)
        else { return .general }
        let message = NeighborAdvertisement(view)
        guard let link = message.targetLink, message.isOverride else { return .general }
        return .both(message.target, link)
    }
}
