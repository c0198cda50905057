package import Octets

/// What an ICMP error quotes: the start of the packet that it is about. RFC 792, RFC 1812 §4.3.2.3, RFC 4443 §2.4.
///
/// The quotation is cut and was made by somebody else: it says which of our packets is meant, and proves nothing.
package struct QuotedDatagram: Sendable, BitwiseCopyable {
    package let source: InetAddress
    package let destination: InetAddress
    package let payloadProtocol: IPProtocol
    package let part: FragmentPart
    /// Ports of UDP or TCP; nil for other protocols, for later fragments and where the quotation ends before them.
    package let ports: PortPair?

    /// Reads the quotation of an ICMP error; nil if it holds no IPv4 header. RT safe, O(1).
    @_noAllocation @_noLocks
    package init?(ipv4 quotation: OctetBuffer) {
        guard case .none = IPv4View.headerProblem(in: quotation) else { return nil }
        let packet = IPv4View(quotation)
        source = packet.source
        destination = packet.destination
        payloadProtocol = packet.payloadProtocol
        part = packet.part
        ports = PortPair(payloadProtocol, packet.part, packet.payload)
    }

    /// Reads the quotation of an ICMPv6 error; nil if it holds no IPv6 header with readable extensions.
    /// RT safe, at most `IPv6Extensions.limit` steps.
    @_noAllocation @_noLocks
    package init?(ipv6 quotation: OctetBuffer) {
        guard case .none = IPv6View.headerProblem(in: quotation) else { return nil }
        let packet = IPv6View(quotation)
        let extensions = IPv6Extensions(packet)
        guard case .none = extensions.problem else { return nil }
        source = packet.source
        destination = packet.destination
        payloadProtocol = extensions.payloadProtocol
        part = extensions.part
        ports = PortPair(payloadProtocol, extensions.part, packet.octets.suffix(from: extensions.payloadOffset))
    }
}

/// The two ports in the first four octets of UDP and TCP.
package struct PortPair: Hashable, Sendable, BitwiseCopyable {
    package let source: UInt16
    package let destination: UInt16

    /// RT safe.
    @_noAllocation @_noLocks
    package init(source: UInt16, destination: UInt16) {
        self.source = source
        self.destination = destination
    }

    /// Nil where there are none to be read. RT safe.
    @_noAllocation @_noLocks
    init?(_ payloadProtocol: IPProtocol, _ part: FragmentPart, _ payload: OctetBuffer) {
        guard payloadProtocol == .udp || payloadProtocol == .tcp else { return nil }
        guard !(part == .later), payload.count >= 4 else { return nil }
        self.init(source: payload.uint16(at: 0), destination: payload.uint16(at: 2))
    }

    @_noAllocation @_noLocks
    package static func == (left: PortPair, right: PortPair) -> Bool {
        left.source == right.source && left.destination == right.destination
    }
}
