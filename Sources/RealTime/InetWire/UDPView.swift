package import Octets

/// Why octets are no UDP datagram, or why it may not be taken. RFC 768, RFC 8200 §8.1.
package enum UDPProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its header, or than its length.
    case truncated
    /// Length below eight octets.
    case length
    /// The checksum does not fit.
    case checksum
    /// No checksum, which IPv6 asks for.
    case checksumMissing
}

/// What is known about a transport checksum before it is looked at.
package enum ChecksumState: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Nothing: it has to be verified.
    case unverified
    /// The field holds the pseudo-header's sum alone; whoever sends it to a wire would finish it. The datagram
    /// never left this machine, so nothing can have damaged it.
    case partial
    /// Somebody below has verified it.
    case verified
}

/// A UDP datagram, read in place. RFC 768.
///
///     source port 2 | destination port 2 | length 2 | checksum 2 | payload
package struct UDPView: Sendable, BitwiseCopyable {
    /// Octets of the header. RT safe.
    package static var headerCount: Int { @_noAllocation @_noLocks get { 8 } }

    /// Header and payload, without what may follow them in the packet.
    package let octets: OctetBuffer

    /// Says why `segment`, a packet's payload, can't be read, nil when it can. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func problem(in segment: OctetBuffer) -> UDPProblem? {
        guard segment.count >= headerCount else { return .truncated }
        let length = Int(segment.uint16(at: 4))
        guard length >= headerCount else { return .length }
        return length > segment.count ? .truncated : nil
    }

    /// RT safe.
    /// - Parameter segment: octets for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ segment: OctetBuffer) { octets = segment.prefix(Int(segment.uint16(at: 4))) }

    /// 0 = none given. RT safe.
    package var sourcePort: UInt16 { @_noAllocation @_noLocks get { octets.uint16(at: 0) } }
    /// RT safe.
    package var destinationPort: UInt16 { @_noAllocation @_noLocks get { octets.uint16(at: 2) } }
    /// Octets of header and payload. RT safe.
    package var length: Int { @_noAllocation @_noLocks get { octets.count } }
    /// 0 = none given. RT safe.
    package var checksum: UInt16 { @_noAllocation @_noLocks get { octets.uint16(at: 6) } }
    /// RT safe.
    package var payload: OctetBuffer { @_noAllocation @_noLocks get { octets.suffix(from: Self.headerCount) } }

    /// Says why the datagram may not be taken, nil when it may. RT safe, one pass over the datagram.
    ///
    /// Over IPv4 a checksum of zero means none (RFC 768); over IPv6 there has to be one (RFC 8200 §8.1).
    @_noAllocation @_noLocks
    package func checksumProblem(
        source: InetAddress, destination: InetAddress, state: ChecksumState
    ) -> UDPProblem? {
        switch state {
        case .partial, .verified: return nil
        case .unverified: break
        }
        if checksum == 0 { return source.isIPv4 ? nil : .checksumMissing }
        var sum = InternetChecksum(source: source, destination: destination, carrying: .udp, count: octets.count)
        sum.add(octets)
        return sum.value == 0 ? nil : .checksum
    }
}
