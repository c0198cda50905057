package import Octets

/// Why octets are no ARP packet for IPv4 over Ethernet. RFC 826.
package enum ARPProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than 28 octets.
    case truncated
    /// The hardware is not Ethernet, or its addresses have not six octets.
    case hardware
    /// The protocol is not IPv4, or its addresses have not four octets.
    case protocolType
    /// Neither request nor reply.
    case operation
}

/// What an ARP packet is for. RFC 826; announcements and probes: RFC 5227 §1.1, §3.
package enum ARPPurpose: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Asks who has an address.
    case request
    /// Tells who has it.
    case reply
    /// Tells without having been asked: sender's and target's address are the same.
    case gratuitous
    /// Asks whether anybody has it, before it is used: the sender has no address.
    case probe

    @_noAllocation @_noLocks
    package static func == (left: ARPPurpose, right: ARPPurpose) -> Bool { left.rawValue == right.rawValue }
}

/// An ARP packet for IPv4 over Ethernet, read in place. RFC 826.
///
///     hardware 2 | protocol 2 | lengths 1, 1 | operation 2 | sender MAC 6, IP 4 | target MAC 6, IP 4
package struct ARPView: Sendable, BitwiseCopyable {
    /// Octets of the packet; a frame fills up behind them. RT safe.
    package static var octetCount: Int { @_noAllocation @_noLocks get { 28 } }

    package let octets: OctetBuffer

    /// Says why `packet` can't be read, nil when it can. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func problem(in packet: OctetBuffer) -> ARPProblem? {
        guard packet.count >= octetCount else { return .truncated }
        guard packet.uint16(at: 0) == 1, packet.octet(at: 4) == 6 else { return .hardware }
        guard packet.uint16(at: 2) == EtherType.ipv4.number, packet.octet(at: 5) == 4 else { return .protocolType }
        let operation = packet.uint16(at: 6)
        return operation == 1 || operation == 2 ? nil : .operation
    }

    /// RT safe.
    /// - Parameter packet: octets for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ packet: OctetBuffer) { octets = packet.prefix(Self.octetCount) }

    /// A reply, not a request. RT safe.
    package var isReply: Bool { @_noAllocation @_noLocks get { octets.uint16(at: 6) == 2 } }
    /// RT safe.
    package var senderLink: MACAddress { @_noAllocation @_noLocks get { MACAddress(octets, at: 8) } }
    /// RT safe.
    package var sender: InetAddress { @_noAllocation @_noLocks get { octets.ipv4Address(at: 14) } }
    /// Meaningless in a request. RT safe.
    package var targetLink: MACAddress { @_noAllocation @_noLocks get { MACAddress(octets, at: 18) } }
    /// RT safe.
    package var target: InetAddress { @_noAllocation @_noLocks get { octets.ipv4Address(at: 24) } }

    /// What the packet is for. RT safe.
    package var purpose: ARPPurpose {
        @_noAllocation @_noLocks get {
            if sender == target { return .gratuitous }
            if isReply { return .reply }
            return sender.isUnspecified ? .probe : .request
        }
    }

    /// The packet as a value. RT safe.
    package var message: ARPMessage {
        @_noAllocation @_noLocks get {
            ARPMessage(
                isReply: isReply, senderLink: senderLink, sender: octets.uint32(at: 14), targetLink: targetLink,
                target: octets.uint32(at: 24))
        }
    }
}
