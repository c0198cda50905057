/// Says what an Ethernet frame carries. IEEE 802.1Q, RFC 894, RFC 826 and RFC 2464 §3.
package struct EtherType: Hashable, Sendable, BitwiseCopyable {
    package let number: UInt16

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(_ number: UInt16) { self.number = number }

    /// RT safe.
    package static var ipv4: EtherType { @_noAllocation @_noLocks get { EtherType(0x0800) } }
    /// RT safe.
    package static var arp: EtherType { @_noAllocation @_noLocks get { EtherType(0x0806) } }
    /// RT safe.
    package static var ipv6: EtherType { @_noAllocation @_noLocks get { EtherType(0x86DD) } }
    /// A customer VLAN tag follows. RT safe.
    package static var vlan: EtherType { @_noAllocation @_noLocks get { EtherType(0x8100) } }
    /// A service VLAN tag follows, IEEE 802.1ad. RT safe.
    package static var serviceVLAN: EtherType { @_noAllocation @_noLocks get { EtherType(0x88A8) } }

    /// Whether a VLAN tag follows. RT safe.
    package var isTag: Bool { @_noAllocation @_noLocks get { self == .vlan || self == .serviceVLAN } }

    /// Whether the number is the length of an IEEE 802.3 frame, or means nothing, instead. RT safe.
    package var isLength: Bool { @_noAllocation @_noLocks get { number < 0x0600 } }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: EtherType, right: EtherType) -> Bool { left.number == right.number }
}

/// Says what an IP packet carries: the Protocol or Next Header field. RFC 791 §3.1, RFC 8200 §4.
package struct IPProtocol: Hashable, Sendable, BitwiseCopyable {
    package let number: UInt8

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(_ number: UInt8) { self.number = number }

    /// RFC 8200 §4.3. RT safe.
    package static var hopByHop: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(0) } }
    /// RFC 792. RT safe.
    package static var icmp: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(1) } }
    /// RT safe.
    package static var tcp: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(6) } }
    /// RFC 768. RT safe.
    package static var udp: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(17) } }
    /// RFC 8200 §4.4. RT safe.
    package static var routing: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(43) } }
    /// RFC 8200 §4.5. RT safe.
    package static var fragment: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(44) } }
    /// RFC 4443. RT safe.
    package static var icmpv6: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(58) } }
    /// Nothing follows, RFC 8200 §4.7. RT safe.
    package static var none: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(59) } }
    /// RFC 8200 §4.6. RT safe.
    package static var destinationOptions: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(60) } }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: IPProtocol, right: IPProtocol) -> Bool { left.number == right.number }
}

/// The octet that asks for treatment on the way: DSCP and ECN. RFC 2474 §3, RFC 3168 §5.
package struct TrafficClass: Hashable, Sendable, BitwiseCopyable {
    package let octet: UInt8

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(octet: UInt8) { self.octet = octet }

    /// Keeps the low six bits of `dscp` and the low two of `ecn`. RT safe.
    @_noAllocation @_noLocks
    package init(dscp: UInt8, ecn: UInt8 = 0) { octet = dscp &<< 2 | ecn & 3 }

    /// Differentiated services code point, 0…63. RT safe.
    package var dscp: UInt8 { @_noAllocation @_noLocks get { octet &>> 2 } }

    /// Explicit congestion notification, 0…3. RT safe.
    package var ecn: UInt8 { @_noAllocation @_noLocks get { octet & 3 } }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: TrafficClass, right: TrafficClass) -> Bool { left.octet == right.octet }
}

/// Which part of a datagram a packet carries. RFC 791 §3.2, RFC 8200 §4.5.
package enum FragmentPart: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// All of it.
    case whole
    /// The start, with the ports in it; more follows.
    case first
    /// Anything behind the start: without ports.
    case later

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: FragmentPart, right: FragmentPart) -> Bool { left.rawValue == right.rawValue }
}
