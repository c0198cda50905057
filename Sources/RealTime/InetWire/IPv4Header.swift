package import Octets

/// The header of an IPv4 packet without options, to be emitted. RFC 791 §3.1. Addresses have a of a.b.c.d on top.
package struct IPv4Header: Hashable, Sendable, BitwiseCopyable {
    package var source: UInt32
    package var destination: UInt32
    package var payloadProtocol: IPProtocol
    /// Octets behind the header, at most 65,515.
    package var payloadCount: UInt16
    package var trafficClass = TrafficClass(octet: 0)
    package var identification: UInt16 = 0
    package var dontFragment = false
    package var moreFragments = false
    /// Where the payload begins in its datagram, in units of eight octets; the low 13 bits count.
    package var fragmentUnits: UInt16 = 0
    /// In hops.
    package var timeToLive: UInt8 = 64

    /// A whole datagram. RT safe.
    @_noAllocation @_noLocks
    package init(source: UInt32, destination: UInt32, payloadProtocol: IPProtocol, payloadCount: UInt16) {
        self.source = source
        self.destination = destination
        self.payloadProtocol = payloadProtocol
        self.payloadCount = payloadCount
    }

    /// Octets that `emit` writes. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 20 } }

    /// Writes the header with its checksum at the start of `octets`. RT safe, O(1).
    /// - Returns: 20, nil if there is no room, or if the packet would be longer than 65,535 octets.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer) -> Int? {
        guard octets.count >= Self.count, payloadCount <= 65_515 else { return nil }
        octets.set(octet: 0x45, at: 0)
        octets.set(octet: trafficClass.octet, at: 1)
        octets.set(uint16: 20 &+ payloadCount, at: 2)
        octets.set(uint16: identification, at: 4)
        let flags: UInt16 = (dontFragment ? 0x4000 : 0) | (moreFragments ? 0x2000 : 0)
        octets.set(uint16: flags | fragmentUnits & 0x1FFF, at: 6)
        octets.set(octet: timeToLive, at: 8)
        octets.set(octet: payloadProtocol.number, at: 9)
        octets.set(uint16: 0, at: 10)
        octets.set(uint32: source, at: 12)
        octets.set(uint32: destination, at: 16)
        var sum = InternetChecksum()
        sum.add(octets.prefix(Self.count))
        octets.set(uint16: sum.value, at: 10)
        return Self.count
    }
}
