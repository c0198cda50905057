/// An IPv4 or IPv6 address as 128 bits; IPv4 stands as ::ffff:a.b.c.d (RFC 4291 section 2.5.5.2).
package struct InetAddress: Hashable, Sendable, BitwiseCopyable {
    /// The first eight octets of the address, most significant first.
    package var high: UInt64
    /// The last eight octets of the address, most significant first.
    package var low: UInt64

    /// Makes an address of its two halves. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }

    /// The IPv6 unspecified address, `::`. RT safe.
    package static var unspecified: InetAddress {
        @_noAllocation @_noLocks @inline(__always) get { InetAddress(high: 0, low: 0) }
    }

    /// The address a.b.c.d of which `bits` holds a in its most significant octet. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package static func ipv4(_ bits: UInt32) -> InetAddress {
        InetAddress(high: 0, low: 0xFFFF_0000_0000 | UInt64(bits))
    }

    /// Whether the address is an IPv4 one. RT safe.
    package var isIPv4: Bool {
        @_noAllocation @_noLocks @inline(__always) get { high == 0 && low &>> 32 == 0xFFFF }
    }

    /// The 32 bits of an IPv4 address, first octet most significant; nil for IPv6. RT safe.
    package var ipv4: UInt32? {
        @_noAllocation @_noLocks @inline(__always) get { isIPv4 ? UInt32(truncatingIfNeeded: low) : nil }
    }

    /// Whether it is 0.0.0.0 or `::`. RT safe.
    package var isUnspecified: Bool {
        @_noAllocation @_noLocks @inline(__always) get { high == 0 && (low == 0 || low == 0xFFFF_0000_0000) }
    }

    /// Whether it is in 127.0.0.0/8 or `::1`. RT safe.
    package var isLoopback: Bool {
        @_noAllocation @_noLocks @inline(__always) get { high == 0 && (low == 1 || low &>> 24 == 0xFFFF_7F) }
    }

    /// Whether it is a multicast group, 224.0.0.0/4 or ff00::/8. RT safe.
    package var isMulticast: Bool {
        @_noAllocation @_noLocks @inline(__always) get {
            isIPv4 ? (low &>> 28) & 0xF == 0xE : high &>> 56 == 0xFF
        }
    }

    /// Whether the first `length` bits agree, counted in the family's own width (32 or 128). RT safe.
    @_noAllocation @_noLocks
    package func shares(_ length: Int, bitsWith other: InetAddress) -> Bool {
        guard isIPv4 == other.isIPv4 else { return false }
        let bits = max(0, min(128, isIPv4 ? length &+ 96 : length))
        let highMask: UInt64 = bits >= 64 ? .max : ~(UInt64.max >> UInt64(bits))
        let lowMask: UInt64 = bits <= 64 ? 0 : ~(UInt64.max >> UInt64(bits &- 64))
        return (high ^ other.high) & highMask == 0 && (low ^ other.low) & lowMask == 0
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: InetAddress, right: InetAddress) -> Bool {
        left.high == right.high && left.low == right.low
    }
}

/// A transport address: where a UDP datagram or a TCP connection comes from or goes.
package struct InetEndpoint: Hashable, Sendable, BitwiseCopyable {
    package var address: InetAddress
    /// Port number, host order; 0 = none chosen.
    package var port: UInt16

    /// Makes an endpoint of its parts. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(address: InetAddress, port: UInt16) {
        self.address = address
        self.port = port
    }

    /// `::` with port 0: no endpoint known, or any. RT safe.
    package static var unspecified: InetEndpoint {
        @_noAllocation @_noLocks @inline(__always) get { InetEndpoint(address: .unspecified, port: 0) }
    }

    /// Whether the address is 0.0.0.0 or `::`, whatever the port. RT safe.
    package var isUnspecified: Bool {
        @_noAllocation @_noLocks @inline(__always) get { address.isUnspecified }
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: InetEndpoint, right: InetEndpoint) -> Bool {
        left.address == right.address && left.port == right.port
    }
}
