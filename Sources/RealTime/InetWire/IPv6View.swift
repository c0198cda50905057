package import Octets

/// Why octets are no IPv6 packet. RFC 8200 §3, §4.
package enum IPv6Problem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its header, or than its payload length.
    case truncated
    /// Version is not 6.
    case version
    /// An IPv4-mapped address, which may not be on a wire (RFC 4291 §2.5.5.2): it would pass for an IPv4 one.
    case mappedAddress
    /// An extension header ends beyond the payload.
    case extensionTruncated
    /// More extension headers than are read.
    case extensionLimit
    /// Hop-by-hop options elsewhere than behind the fixed header.
    case hopByHopPlace
    /// A fragment that ends beyond 65,535 octets, or one in the middle that is no multiple of eight octets.
    case fragment
}

/// An IPv6 packet, read in place. RFC 8200 §3.
package struct IPv6View: Sendable, BitwiseCopyable {
    /// Octets of the fixed header. RT safe.
    package static var fixedCount: Int { @_noAllocation @_noLocks get { 40 } }

    /// Header and payload, without what a frame fills up with.
    package let octets: OctetBuffer

    /// Says why the fixed header of `packet` can't be read, nil when it can. RT safe, O(1).
    ///
    /// The extension headers are `IPv6Extensions`' business. Jumbograms (RFC 2675) are not read.
    @_noAllocation @_noLocks
    package static func problem(in packet: OctetBuffer) -> IPv6Problem? {
        if let problem = headerProblem(in: packet) { return problem }
        return fixedCount &+ Int(packet.uint16(at: 4)) > packet.count ? .truncated : nil
    }

    /// Says why the fixed header alone can't be read, as in the quotation of an ICMPv6 error, which is cut.
    /// RT safe, O(1).
    @_noAllocation @_noLocks
    package static func headerProblem(in packet: OctetBuffer) -> IPv6Problem? {
        guard packet.count >= fixedCount else { return .truncated }
        guard packet.octet(at: 0) &>> 4 == 6 else { return .version }
        let isMapped = packet.ipv6Address(at: 8).isIPv4 || packet.ipv6Address(at: 24).isIPv4
        return isMapped ? .mappedAddress : nil
    }

    /// RT safe.
    /// - Parameter packet: octets for which `problem(in:)` or `headerProblem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ packet: OctetBuffer) {
        octets = packet.prefix(min(Self.fixedCount &+ Int(packet.uint16(at: 4)), packet.count))
    }

    /// RT safe.
    package var trafficClass: TrafficClass {
        @_noAllocation @_noLocks get { TrafficClass(octet: UInt8(truncatingIfNeeded: octets.uint16(at: 0) &>> 4)) }
    }
    /// 20 bits, 0 = none. RT safe.
    package var flowLabel: UInt32 { @_noAllocation @_noLocks get { octets.uint32(at: 0) & 0xF_FFFF } }
    /// Octets behind the fixed header, as the header says. RT safe.
    package var payloadLength: Int { @_noAllocation @_noLocks get { Int(octets.uint16(at: 4)) } }
    /// What follows the fixed header: an extension header or the payload itself. RT safe.
    package var nextHeader: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(octets.octet(at: 6)) } }
    /// In hops. RT safe.
    package var hopLimit: UInt8 { @_noAllocation @_noLocks get { octets.octet(at: 7) } }
    /// RT safe.
    package var source: InetAddress { @_noAllocation @_noLocks get { octets.ipv6Address(at: 8) } }
    /// RT safe.
    package var destination: InetAddress { @_noAllocation @_noLocks get { octets.ipv6Address(at: 24) } }

    /// The fixed header as a value. RT safe.
    package var header: IPv6Header {
        @_noAllocation @_noLocks get {
            var header = IPv6Header(
                source: source, destination: destination, nextHeader: nextHeader, payloadCount: octets.uint16(at: 4))
            header.trafficClass = trafficClass
            header.flowLabel = flowLabel
            header.hopLimit = hopLimit
            return header
        }
    }
}
