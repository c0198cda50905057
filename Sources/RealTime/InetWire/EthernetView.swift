package import Octets

/// Why octets are no Ethernet frame that we read. RFC 894, IEEE 802.1Q.
package enum EthernetProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its addresses, its type or its tags.
    case truncated
    /// An IEEE 802.3 length stands where Ethernet II has the type.
    case notEthernetII
    /// More than two VLAN tags.
    case tooManyTags
}

/// One VLAN tag: IEEE 802.1Q §9.6.
package struct VLANTag: Hashable, Sendable, BitwiseCopyable {
    /// Priority, drop eligibility and VLAN, as on the wire.
    package let control: UInt16
    /// A service tag (802.1ad) instead of a customer tag.
    package let isService: Bool

    /// RT safe.
    @_noAllocation @_noLocks
    package init(control: UInt16, isService: Bool = false) {
        self.control = control
        self.isService = isService
    }

    /// Keeps the low three bits of `priority` and the low twelve of `id`. RT safe.
    @_noAllocation @_noLocks
    package init(id: UInt16, priority: UInt8 = 0, isService: Bool = false) {
        self.init(control: UInt16(priority & 7) &<< 13 | id & 0x0FFF, isService: isService)
    }

    /// VLAN identifier, 0…4095; 0 = priority only. RT safe.
    package var id: UInt16 { @_noAllocation @_noLocks get { control & 0x0FFF } }

    /// Priority code point, 0…7. RT safe.
    package var priority: UInt8 { @_noAllocation @_noLocks get { UInt8(truncatingIfNeeded: control &>> 13) } }

    /// Whether the frame may be dropped first. RT safe.
    package var isDropEligible: Bool { @_noAllocation @_noLocks get { control & 0x1000 != 0 } }

    @_noAllocation @_noLocks
    package static func == (left: VLANTag, right: VLANTag) -> Bool {
        left.control == right.control && left.isService == right.isService
    }
}

/// A frame of Ethernet II with at most two VLAN tags, read in place. RFC 894, IEEE 802.1Q.
///
///     destination 6 | source 6 | (tag type 2 | control 2) × 0…2 | type 2 | payload
package struct EthernetView: Sendable, BitwiseCopyable {
    /// Octets of the header without tags. RT safe.
    package static var fixedCount: Int { @_noAllocation @_noLocks get { 14 } }
    /// VLAN tags read at most. RT safe.
    package static var tagLimit: Int { @_noAllocation @_noLocks get { 2 } }

    package let octets: OctetBuffer
    /// Number of VLAN tags, 0…2.
    package let tagCount: Int

    /// Says why `frame` can't be read, nil when it can. RT safe, at most three types are looked at.
    @_noAllocation @_noLocks
    package static func problem(in frame: OctetBuffer) -> EthernetProblem? {
        guard frame.count >= fixedCount else { return .truncated }
        let tags = countTags(in: frame)
        guard tags <= tagLimit else { return .tooManyTags }
        guard frame.count >= fixedCount &+ 4 &* tags else { return .truncated }
        return EtherType(frame.uint16(at: 12 &+ 4 &* tags)).isLength ? .notEthernetII : nil
    }

    /// Tags from the source address on, up to one more than is read. RT safe, at most three steps.
    @_noAllocation @_noLocks
    private static func countTags(in frame: OctetBuffer) -> Int {
        var tags = 0
        while tags <= tagLimit, frame.contains(2, at: 12 &+ 4 &* tags),
            EtherType(frame.uint16(at: 12 &+ 4 &* tags)).isTag
        {
            tags &+= 1
        }
        return tags
    }

    /// RT safe, as `problem(in:)`.
    /// - Parameter frame: octets for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ frame: OctetBuffer) {
        octets = frame
        tagCount = Self.countTags(in: frame)
    }

    /// RT safe.
    package var destination: MACAddress { @_noAllocation @_noLocks get { MACAddress(octets, at: 0) } }
    /// RT safe.
    package var source: MACAddress { @_noAllocation @_noLocks get { MACAddress(octets, at: 6) } }
    /// Octets in front of the payload: 14, 18 or 22. RT safe.
    package var headerCount: Int { @_noAllocation @_noLocks get { Self.fixedCount &+ 4 &* tagCount } }
    /// What the payload is, behind all tags. RT safe.
    package var etherType: EtherType {
        @_noAllocation @_noLocks get { EtherType(octets.uint16(at: headerCount &- 2)) }
    }
    /// What follows the header, the filling of a short frame included. RT safe.
    package var payload: OctetBuffer { @_noAllocation @_noLocks get { octets.suffix(from: headerCount) } }

    /// The tag at `index`, the outermost first; nil from `tagCount` on. RT safe.
    @_noAllocation @_noLocks
    package func tag(at index: Int) -> VLANTag? {
        guard index >= 0, index < tagCount else { return nil }
        let type = EtherType(octets.uint16(at: 12 &+ 4 &* index))
        return VLANTag(control: octets.uint16(at: 14 &+ 4 &* index), isService: type == .serviceVLAN)
    }

    /// The header as a value. RT safe.
    package var header: EthernetHeader {
        @_noAllocation @_noLocks get {
            EthernetHeader(
                destination: destination, source: source, etherType: etherType, outerTag: tag(at: 0),
                innerTag: tag(at: 1))
        }
    }
}
