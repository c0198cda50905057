package import Octets

/// The fixed header of an IPv6 packet, to be emitted. RFC 8200 §3.
package struct IPv6Header: Hashable, Sendable, BitwiseCopyable {
    package var source: InetAddress
    package var destination: InetAddress
    package var nextHeader: IPProtocol
    /// Octets behind the header.
    package var payloadCount: UInt16
    package var trafficClass = TrafficClass(octet: 0)
    /// The low 20 bits count; 0 = none.
    package var flowLabel: UInt32 = 0
    /// In hops.
    package var hopLimit: UInt8 = 64

    /// RT safe.
    @_noAllocation @_noLocks
    package init(source: InetAddress, destination: InetAddress, nextHeader: IPProtocol, payloadCount: UInt16) {
        self.source = source
        self.destination = destination
        self.nextHeader = nextHeader
        self.payloadCount = payloadCount
    }

    /// Octets that `emit` writes. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 40 } }

    /// Writes the header at the start of `octets`. RT safe, O(1).
    /// - Returns: 40, nil if there is no room, or if an address is an IPv4 one.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer) -> Int? {
        guard octets.count >= Self.count, !source.isIPv4, !destination.isIPv4 else { return nil }
        octets.set(uint32: 0x6000_0000 | UInt32(trafficClass.octet) &<< 20 | flowLabel & 0xF_FFFF, at: 0)
        octets.set(uint16: payloadCount, at: 4)
        octets.set(octet: nextHeader.number, at: 6)
        octets.set(octet: hopLimit, at: 7)
        octets.set(ipv6Address: source, at: 8)
        octets.set(ipv6Address: destination, at: 24)
        return Self.count
    }
}
