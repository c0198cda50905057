package import Octets

/// A prefix of which a router tells. RFC 4861 §4.6.2.
package struct PrefixInformation: Sendable, BitwiseCopyable {
    package let prefix: InetAddress
    /// Leading bits of `prefix` that count, 0…128.
    package let length: UInt8
    /// Its addresses are neighbours.
    package let isOnLink: Bool
    /// Addresses of one's own may be made of it.
    package let isAutonomous: Bool
    /// In seconds; `UInt32.max` = for ever.
    package let validLifetime: UInt32
    /// In seconds; `UInt32.max` = for ever.
    package let preferredLifetime: UInt32

    /// Nil unless the option has 32 octets and the prefix at most 128 bits. RT safe, O(1).
    @_noAllocation @_noLocks
    init?(_ option: OctetBuffer) {
        guard option.count == 32, option.octet(at: 2) <= 128 else { return nil }
        length = option.octet(at: 2)
        let flags = option.octet(at: 3)
        isOnLink = flags & 0x80 != 0
        isAutonomous = flags & 0x40 != 0
        validLifetime = option.uint32(at: 4)
        preferredLifetime = option.uint32(at: 8)
        prefix = option.ipv6Address(at: 16)
    }
}

/// What a router tells of a link, read in place. RFC 4861 §4.2.
///
///     type 1 | code 1 | checksum 2 | hop limit 1 | flags 1 | lifetime 2 | reachable 4 | retransmit 4 | options
package struct RouterAdvertisement: Sendable, BitwiseCopyable {
    private let octets: OctetBuffer

    /// Says why `message` may not be taken, nil when it may. RFC 4861 §6.1.2. RT safe, at most 16 options.
    @_noAllocation @_noLocks
    package static func problem(in message: ICMPv6View, source: InetAddress, hopLimit: UInt8) -> NDProblem? {
        guard message.octets.count >= 16 else { return .truncated }
        guard source.isLinkLocal else { return .address }
        guard hopLimit == 255 else { return .hopLimit }
        guard message.octets.octet(at: 1) == 0 else { return .code }
        return NDOptions.problem(in: message.octets.suffix(from: 16))
    }

    /// RT safe.
    /// - Parameter message: one of that type for which `problem(…)` is nil.
    @_noAllocation @_noLocks
    package init(_ message: ICMPv6View) { octets = message.octets }

    /// RT safe.
    private var options: NDOptions { @_noAllocation @_noLocks get { NDOptions(octets.suffix(from: 16)) } }
    /// Hop limit for packets sent; 0 = not said. RT safe.
    package var hopLimit: UInt8 { @_noAllocation @_noLocks get { octets.octet(at: 4) } }
    /// Addresses come by DHCPv6. RT safe.
    package var isManaged: Bool { @_noAllocation @_noLocks get { octets.octet(at: 5) & 0x80 != 0 } }
    /// Other configuration comes by DHCPv6. RT safe.
    package var hasOtherConfiguration: Bool { @_noAllocation @_noLocks get { octets.octet(at: 5) & 0x40 != 0 } }
    /// Seconds for which the router serves as a default one; 0 = it does not. RT safe.
    package var lifetime: UInt16 { @_noAllocation @_noLocks get { octets.uint16(at: 6) } }
    /// Milliseconds that a neighbour counts as reachable; 0 = not said. RT safe.
    package var reachableTime: UInt32 { @_noAllocation @_noLocks get { octets.uint32(at: 8) } }
    /// Milliseconds between solicitations; 0 = not said. RT safe.
    package var retransmitTime: UInt32 { @_noAllocation @_noLocks get { octets.uint32(at: 12) } }
    /// RT safe, at most 16 options.
    package var sourceLink: MACAddress? { @_noAllocation @_noLocks get { options.sourceLink } }

    /// The link's MTU in octets, RFC 4861 §4.6.4; nil if it is not said. RT safe, at most 16 options.
    package var mtu: UInt32? {
        @_noAllocation @_noLocks get {
            guard let option = options.option(5), option.count == 8 else { return nil }
            return option.uint32(at: 4)
        }
    }

    /// The prefix at `index`, counted from 0; nil beyond the last, and for one that can't be read.
    /// RT safe, at most 16 options.
    @_noAllocation @_noLocks
    package func prefix(at index: Int) -> PrefixInformation? {
        guard index >= 0, let option = options.option(3, behind: index) else { return nil }
        return PrefixInformation(option)
    }
}
