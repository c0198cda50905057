package import Octets

extension OctetBuffer {
    /// The IPv4 address at `offset`, four octets. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func ipv4Address(at offset: Int) -> InetAddress { .ipv4(uint32(at: offset)) }

    /// The IPv6 address at `offset`, 16 octets. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func ipv6Address(at offset: Int) -> InetAddress {
        InetAddress(high: uint64(at: offset), low: uint64(at: offset &+ 8))
    }

    /// Writes all 128 bits of an address. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func set(ipv6Address address: InetAddress, at offset: Int) {
        set(uint64: address.high, at: offset)
        set(uint64: address.low, at: offset &+ 8)
    }
}
