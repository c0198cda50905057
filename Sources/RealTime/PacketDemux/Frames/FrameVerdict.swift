package import Octets

/// Why a frame goes nowhere. One counter stands for each.
package enum FrameDrop: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its Ethernet header and tags.
    case ethernetTruncated
    /// To one station, and not to us.
    case otherStation
    case arpTruncated
    /// Shorter than its header, or than its header says.
    case ipv4Truncated
    case ipv4Checksum
    /// Shorter than its header, or than its header says.
    case ipv6Truncated
    /// To a reserved port, and shorter than its header says.
    case udpTruncated
    /// To a reserved port, with a length below that of its header.
    case udpLength
    /// To a reserved port, and damaged.
    case udpChecksum
    /// To a reserved port over IPv6, without the checksum that it needs there.
    case udpChecksumMissing

    /// Number of reasons. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 10 } }

    /// Index of the reason's counter, 0 ..< `count`. RT safe.
    package var slot: Int { @_noAllocation @_noLocks get { Int(rawValue) } }

    @_noAllocation @_noLocks
    package static func == (left: FrameDrop, right: FrameDrop) -> Bool { left.rawValue == right.rawValue }
}

/// A datagram for a real-time socket, as it lies in its frame.
package struct FramedDatagram: Sendable, BitwiseCopyable {
    /// Octets of the frame in front of the payload.
    package let payloadOffset: Int
    package let payloadCount: Int
    package let localPort: UInt16
    package let source: InetEndpoint

    /// RT safe.
    @_noAllocation @_noLocks
    init(payloadOffset: Int, payloadCount: Int, localPort: UInt16, source: InetEndpoint) {
        self.payloadOffset = payloadOffset
        self.payloadCount = payloadCount
        self.localPort = localPort
        self.source = source
    }
}

/// Where a received frame goes.
package enum FrameVerdict: Sendable, BitwiseCopyable {
    /// To the real-time socket of a reserved port, and nowhere else.
    case realTime(FramedDatagram)
    /// To the general-purpose side, untouched.
    case general
    /// To the general-purpose side untouched, and to the real-time stack, which learns from it.
    case both
    /// Nowhere; it is counted.
    case dropped(FrameDrop)
}
