package import Octets

/// Who computes the checksum of a datagram that is sent.
package enum ChecksumDuty: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// We do.
    case complete
    /// Whoever is below: the field gets the pseudo-header's sum (virtio NEEDS_CSUM, the kernel's CHECKSUM_PARTIAL).
    case partial
}

/// The header of a UDP datagram, to be emitted. RFC 768.
package struct UDPHeader: Hashable, Sendable, BitwiseCopyable {
    package var sourcePort: UInt16
    package var destinationPort: UInt16
    /// Octets behind the header, at most 65,527.
    package var payloadCount: UInt16

    /// RT safe.
    @_noAllocation @_noLocks
    package init(sourcePort: UInt16, destinationPort: UInt16, payloadCount: UInt16) {
        self.sourcePort = sourcePort
        self.destinationPort = destinationPort
        self.payloadCount = payloadCount
    }

    /// Octets that `emit` writes. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 8 } }

    /// Writes the header in front of its payload. RT safe, one pass over the payload, none for `.partial`.
    /// - Parameters:
    ///   - octets: eight octets of room, then the payload, which is there already.
    ///   - source: of the same family as `destination`; both are in the checksum.
    /// - Returns: 8, nil if header and payload do not fit or are longer than 65,535 octets.
    @_noAllocation @_noLocks
    package func emit(
        into octets: OctetBuffer, source: InetAddress, destination: InetAddress, checksum duty: ChecksumDuty
    ) -> Int? {
        let length = Self.count &+ Int(payloadCount)
        guard octets.count >= length, length <= 65_535 else { return nil }
        octets.set(uint16: sourcePort, at: 0)
        octets.set(uint16: destinationPort, at: 2)
        octets.set(uint16: UInt16(truncatingIfNeeded: length), at: 4)
        octets.set(uint16: 0, at: 6)
        var sum = InternetChecksum(source: source, destination: destination, carrying: .udp, count: length)
        switch duty {
        case .partial: octets.set(uint16: ~sum.value, at: 6)
        case .complete:
            sum.add(octets.prefix(length))
            octets.set(uint16: Self.field(sum.value), at: 6)
        }
        return Self.count
    }

    /// The checksum field that says `checksum`: zero would say that there is none (RFC 768). RT safe.
    @_noAllocation @_noLocks
    package static func field(_ checksum: UInt16) -> UInt16 { checksum == 0 ? 0xFFFF : checksum }

    /// The checksum field after an endpoint was replaced, RFC 1624; without a checksum there is still none. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func field(
        _ checksum: UInt16, replacing old: InetEndpoint, with new: InetEndpoint
    ) -> UInt16 {
        guard checksum != 0 else { return 0 }
        let sum = InternetChecksum.updated(checksum, replacing: old.address, with: new.address)
        return field(InternetChecksum.updated(sum, replacing: old.port, with: new.port))
    }
}
