package import Octets

/// A 48-bit MAC address. IEEE 802 §8.2.
package struct MACAddress: Hashable, Sendable, BitwiseCopyable {
    /// The six octets, the first one most significant; the upper 16 bits are zero.
    package let bits: UInt64

    /// Keeps the low 48 bits. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(bits: UInt64) { self.bits = bits & 0xFFFF_FFFF_FFFF }

    /// The six octets at `offset`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(_ octets: OctetBuffer, at offset: Int = 0) {
        bits = UInt64(octets.uint16(at: offset)) &<< 32 | UInt64(octets.uint32(at: offset &+ 2))
    }

    /// Writes the six octets at `offset`; they must lie inside the window. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func emit(into octets: OctetBuffer, at offset: Int = 0) {
        octets.set(uint16: UInt16(truncatingIfNeeded: bits &>> 32), at: offset)
        octets.set(uint32: UInt32(truncatingIfNeeded: bits), at: offset &+ 2)
    }

    /// ff:ff:ff:ff:ff:ff. RT safe.
    package static var broadcast: MACAddress { @_noAllocation @_noLocks get { MACAddress(bits: .max) } }

    /// 00:00:00:00:00:00, which no interface has: an address not known. RT safe.
    package static var zero: MACAddress { @_noAllocation @_noLocks get { MACAddress(bits: 0) } }

    /// Whether every station is meant. RT safe.
    package var isBroadcast: Bool { @_noAllocation @_noLocks get { bits == 0xFFFF_FFFF_FFFF } }

    /// Whether a group is meant: the first octet's lowest bit, set in the broadcast address too. RT safe.
    package var isGroup: Bool { @_noAllocation @_noLocks get { bits &>> 40 & 1 == 1 } }

    /// Whether one interface can have it: neither a group nor zero. RT safe.
    package var isStation: Bool { @_noAllocation @_noLocks get { !isGroup && bits != 0 } }

    /// The group address that frames for an IP multicast group go to; nil for a unicast address. RT safe.
    ///
    /// IPv4: 01:00:5e and the low 23 bits (RFC 1112 §6.4). IPv6: 33:33 and the low 32 bits (RFC 2464 §7).
    @_noAllocation @_noLocks
    package static func group(for address: InetAddress) -> MACAddress? {
        guard address.isMulticast else { return nil }
        return address.isIPv4
            ? MACAddress(bits: 0x0100_5E00_0000 | address.low & 0x7F_FFFF)
            : MACAddress(bits: 0x3333_0000_0000 | address.low & 0xFFFF_FFFF)
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: MACAddress, right: MACAddress) -> Bool { left.bits == right.bits }
}
