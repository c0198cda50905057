package import Octets

/// An ARP packet for IPv4 over Ethernet, to be emitted. RFC 826. IPv4 addresses have a of a.b.c.d on top.
package struct ARPMessage: Hashable, Sendable, BitwiseCopyable {
    package var isReply: Bool
    package var senderLink: MACAddress
    package var sender: UInt32
    package var targetLink: MACAddress
    package var target: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    package init(isReply: Bool, senderLink: MACAddress, sender: UInt32, targetLink: MACAddress, target: UInt32) {
        self.isReply = isReply
        self.senderLink = senderLink
        self.sender = sender
        self.targetLink = targetLink
        self.target = target
    }

    /// Asks who has `target`; the frame goes to the broadcast address, or to the known one to confirm it. RT safe.
    @_noAllocation @_noLocks
    package static func request(from link: MACAddress, _ sender: UInt32, for target: UInt32) -> ARPMessage {
        ARPMessage(isReply: false, senderLink: link, sender: sender, targetLink: .zero, target: target)
    }

    /// Asks whether anybody has `target`, before it is used. RFC 5227 §2.1.1. RT safe.
    @_noAllocation @_noLocks
    package static func probe(from link: MACAddress, for target: UInt32) -> ARPMessage {
        request(from: link, 0, for: target)
    }

    /// Tells everybody who has `address`. RFC 5227 §2.3: a request, which all implementations take. RT safe.
    @_noAllocation @_noLocks
    package static func gratuitous(from link: MACAddress, _ address: UInt32) -> ARPMessage {
        request(from: link, address, for: address)
    }

    /// The answer to this request: `link` has its target. RT safe.
    @_noAllocation @_noLocks
    package func reply(from link: MACAddress) -> ARPMessage {
        ARPMessage(isReply: true, senderLink: link, sender: target, targetLink: senderLink, target: sender)
    }

    /// Writes the packet at the start of `octets`. RT safe, O(1).
    /// - Returns: 28, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer) -> Int? {
        guard octets.count >= ARPView.octetCount else { return nil }
        octets.set(uint16: 1, at: 0)
        octets.set(uint16: EtherType.ipv4.number, at: 2)
        octets.set(uint16: 0x0604, at: 4)
        octets.set(uint16: isReply ? 2 : 1, at: 6)
        senderLink.emit(into: octets, at: 8)
        octets.set(uint32: sender, at: 14)
        targetLink.emit(into: octets, at: 18)
        octets.set(uint32: target, at: 24)
        return ARPView.octetCount
    }
}
