package import Octets

/// The header of an Ethernet II frame, to be emitted. RFC 894, IEEE 802.1Q.
package struct EthernetHeader: Hashable, Sendable, BitwiseCopyable {
    package var destination: MACAddress
    package var source: MACAddress
    /// What the payload is; never one of the tag types.
    package let etherType: EtherType
    /// The tag next to the addresses, nil for none.
    package let outerTag: VLANTag?
    /// The tag behind it; nil whenever there is no outer one.
    package let innerTag: VLANTag?

    /// RT safe. An inner tag without an outer one becomes the outer one.
    @_noAllocation @_noLocks
    package init(
        destination: MACAddress, source: MACAddress, etherType: EtherType, outerTag: VLANTag? = nil,
        innerTag: VLANTag? = nil
    ) {
        self.destination = destination
        self.source = source
        self.etherType = etherType
        if let outerTag {
            self.outerTag = outerTag
            self.innerTag = innerTag
        } else {
            self.outerTag = innerTag
            self.innerTag = nil
        }
    }

    /// Octets that `emit` writes: 14, 18 or 22. RT safe.
    package var count: Int {
        @_noAllocation @_noLocks get {
            guard let _ = outerTag else { return 14 }
            guard let _ = innerTag else { return 18 }
            return 22
        }
    }

    /// Writes the header at the start of `octets`. RT safe, O(1).
    /// - Returns: `count`, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer) -> Int? {
        guard octets.count >= count else { return nil }
        destination.emit(into: octets, at: 0)
        source.emit(into: octets, at: 6)
        var offset = 12
        if let outerTag { offset = Self.emit(outerTag, into: octets, at: offset) }
        if let innerTag { offset = Self.emit(innerTag, into: octets, at: offset) }
        octets.set(uint16: etherType.number, at: offset)
        return count
    }

    /// Writes one tag and says where it ends. RT safe.
    @_noAllocation @_noLocks
    private static func emit(_ tag: VLANTag, into octets: OctetBuffer, at offset: Int) -> Int {
        octets.set(uint16: (tag.isService ? EtherType.serviceVLAN : EtherType.vlan).number, at: offset)
        octets.set(uint16: tag.control, at: offset &+ 2)
        return offset &+ 4
    }
}
