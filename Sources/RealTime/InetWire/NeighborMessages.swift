package import Octets

extension InetAddress {
    /// The group that a solicitation for this IPv6 address goes to: ff02::1:ffxx:xxxx. RFC 4291 §2.7.1. RT safe.
    package var solicitedNodeGroup: InetAddress {
        @_noAllocation @_noLocks get {
            InetAddress(high: 0xFF02_0000_0000_0000, low: 0x1_FF00_0000 | low & 0xFF_FFFF)
        }
    }

    /// Whether it is ff02::1:ff00:0/104. RFC 4291 §2.7.1. RT safe.
    package var isSolicitedNodeGroup: Bool {
        @_noAllocation @_noLocks get { high == 0xFF02_0000_0000_0000 && low &>> 24 == 0x1_FF }
    }

    /// Whether it is in fe80::/10. RFC 4291 §2.5.6. RT safe.
    package var isLinkLocal: Bool { @_noAllocation @_noLocks get { high &>> 54 == 0x3FA } }

    /// Whether a message of neighbour discovery can be about it. RT safe.
    fileprivate var isTarget: Bool {
        @_noAllocation @_noLocks get { !isIPv4 && !isMulticast && !(high == 0 && low == 0) }
    }
}

/// Asks for the MAC address of an IPv6 address. RFC 4861 §4.3.
///
///     type 1 | code 1 | checksum 2 | reserved 4 | target 16 | options
package struct NeighborSolicitation: Hashable, Sendable, BitwiseCopyable {
    package var target: InetAddress
    /// Who asks; nil while an address is being tried (RFC 4862 §5.4.2).
    package var sourceLink: MACAddress?

    /// RT safe.
    @_noAllocation @_noLocks
    package init(target: InetAddress, sourceLink: MACAddress?) {
        self.target = target
        self.sourceLink = sourceLink
    }

    /// Says why `message` may not be taken, nil when it may. RFC 4861 §7.1.1. RT safe, at most 16 options.
    @_noAllocation @_noLocks
    package static func problem(
        in message: ICMPv6View, source: InetAddress, destination: InetAddress, hopLimit: UInt8
    ) -> NDProblem? {
        if let problem = ndProblem(in: message.octets, hopLimit: hopLimit) { return problem }
        guard source == .unspecified else { return nil }
        guard destination.isSolicitedNodeGroup else { return .address }
        if let _ = NDOptions(message.octets.suffix(from: 24)).sourceLink { return .address }
        return nil
    }

    /// RT safe, at most 16 options.
    /// - Parameter message: one of that type for which `problem(…)` is nil.
    @_noAllocation @_noLocks
    package init(_ message: ICMPv6View) {
        target = message.octets.ipv6Address(at: 8)
        sourceLink = NDOptions(message.octets.suffix(from: 24)).sourceLink
    }

    /// Writes the message with its checksum. RT safe, O(1).
    /// - Returns: 24 or 32, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer, source: InetAddress, destination: InetAddress) -> Int? {
        guard let count = NDOptions.emit(target: target, link: sourceLink, 1, into: octets) else { return nil }
        return ICMPv6Message.neighborSolicitation.emit(
            into: octets, bodyCount: count &- 8, source: source, destination: destination)
    }
}

/// Tells the MAC address of an IPv6 address. RFC 4861 §4.4.
///
///     type 1 | code 1 | checksum 2 | flags 4 | target 16 | options
package struct NeighborAdvertisement: Hashable, Sendable, BitwiseCopyable {
    package var target: InetAddress
    /// Who has the address; nil where who asked knows it.
    package var targetLink: MACAddress?
    package var isRouter: Bool
    /// Answers a solicitation.
    package var isSolicited: Bool
    /// Replaces a MAC address that is known already.
    package var isOverride: Bool

    /// RT safe.
    @_noAllocation @_noLocks
    package init(
        target: InetAddress, targetLink: MACAddress?, isRouter: Bool = false, isSolicited: Bool, isOverride: Bool
    ) {
        self.target = target
        self.targetLink = targetLink
        self.isRouter = isRouter
        self.isSolicited = isSolicited
        self.isOverride = isOverride
    }

    /// Says why `message` may not be taken, nil when it may. RFC 4861 §7.1.2. RT safe, at most 16 options.
    @_noAllocation @_noLocks
    package static func problem(
        in message: ICMPv6View, destination: InetAddress, hopLimit: UInt8
    ) -> NDProblem? {
        if let problem = ndProblem(in: message.octets, hopLimit: hopLimit) { return problem }
        return destination.isMulticast && message.octets.octet(at: 4) & 0x40 != 0 ? .address : nil
    }

    /// RT safe, at most 16 options.
    /// - Parameter message: one of that type for which `problem(…)` is nil.
    @_noAllocation @_noLocks
    package init(_ message: ICMPv6View) {
        let flags = message.octets.octet(at: 4)
        isRouter = flags & 0x80 != 0
        isSolicited = flags & 0x40 != 0
        isOverride = flags & 0x20 != 0
        target = message.octets.ipv6Address(at: 8)
        targetLink = NDOptions(message.octets.suffix(from: 24)).targetLink
    }

    /// Writes the message with its checksum. RT safe, O(1).
    /// - Returns: 24 or 32, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer, source: InetAddress, destination: InetAddress) -> Int? {
        guard let count = NDOptions.emit(target: target, link: targetLink, 2, into: octets) else { return nil }
        octets.set(uint16: 0x8800, at: 0)
        octets.set(uint32: 0, at: 4)
        octets.set(octet: (isRouter ? 0x80 : 0) | (isSolicited ? 0x40 : 0) | (isOverride ? 0x20 : 0), at: 4)
        ICMPv6View.setChecksum(of: octets.prefix(count), source: source, destination: destination)
        return count
    }
}

/// What solicitation and advertisement have in common. RFC 4861 §7.1. RT safe, at most 16 options.
@_noAllocation @_noLocks
private func ndProblem(in octets: OctetBuffer, hopLimit: UInt8) -> NDProblem? {
    guard octets.count >= 24 else { return .truncated }
    guard hopLimit == 255 else { return .hopLimit }
    guard octets.octet(at: 1) == 0 else { return .code }
    guard octets.ipv6Address(at: 8).isTarget else { return .target }
    return NDOptions.problem(in: octets.suffix(from: 24))
}
