package import Octets

/// Why octets are no offload header, or why it does not fit its frame. Virtio 1.2 §5.1.6.
package enum VirtioNetProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than ten octets.
    case truncated
    /// The checksum to be completed lies outside the frame.
    case checksumPlace
    /// A kind of segmentation that is not known, or one without a segment size.
    case segmentation
}

/// How a frame is, or is to be, cut into segments. Virtio 1.2 §5.1.6.
package enum SegmentKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// It is one packet.
    case none = 0
    case tcpv4 = 1
    /// Cut into IP fragments.
    case udp = 3
    case tcpv6 = 4
    /// Cut into UDP datagrams of equal size but for the last.
    case udpDatagrams = 5

    @_noAllocation @_noLocks
    package static func == (left: SegmentKind, right: SegmentKind) -> Bool { left.rawValue == right.rawValue }
}

/// What stands in front of each frame of a TAP or packet socket with offloads: `virtio_net_hdr`, ten octets.
///
///     flags 1 | gso_type 1 | hdr_len 2 | gso_size 2 | csum_start 2 | csum_offset 2
///
/// The numbers of two octets have their lowest one first, as on every little-endian host.
package struct VirtioNetHeader: Hashable, Sendable, BitwiseCopyable {
    /// Octets of the header. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 10 } }

    /// VIRTIO_NET_HDR_F_NEEDS_CSUM: the checksum has to be completed from `checksumStart` on.
    package var needsChecksum = false
    /// VIRTIO_NET_HDR_F_DATA_VALID: the checksum was verified.
    package var isDataValid = false
    package var segments = SegmentKind.none
    /// VIRTIO_NET_HDR_GSO_ECN: the first TCP segment has ECN's CWR.
    package var hasECN = false
    /// Octets of all headers in front of the data that is cut; a hint only.
    package var headersCount: UInt16 = 0
    /// Octets of data in each segment.
    package var segmentSize: UInt16 = 0
    /// Where the octets begin that are summed, from the start of the frame.
    package var checksumStart: UInt16 = 0
    /// Where the sum goes, from `checksumStart`.
    package var checksumOffset: UInt16 = 0

    /// A frame that needs nothing. RT safe.
    @_noAllocation @_noLocks
    package init() {}

    /// Asks for the UDP checksum of a frame whose transport header begins at `offset`. RT safe.
    @_noAllocation @_noLocks
    package init(udpChecksumFrom offset: UInt16) {
        needsChecksum = true
        checksumStart = offset
        checksumOffset = 6
    }

    /// Says why the header can't be read or does not fit a frame of `frameCount` octets, nil when it does.
    /// RT safe, O(1).
    @_noAllocation @_noLocks
    package static func problem(in octets: OctetBuffer, frameCount: Int) -> VirtioNetProblem? {
        guard octets.count >= count else { return .truncated }
        guard let kind = SegmentKind(rawValue: octets.octet(at: 1) & 0x7F) else { return .segmentation }
        if !(kind == .none), octets.uint16(at: 4) == 0 { return .segmentation }
        let header = VirtioNetHeader(octets)
        return header.needsChecksum && header.checksumEnd > frameCount ? .checksumPlace : nil
    }

    /// RT safe.
    /// - Parameter octets: at least `count`. A kind of segmentation that is not known reads as none.
    @_noAllocation @_noLocks
    package init(_ octets: OctetBuffer) {
        needsChecksum = octets.octet(at: 0) & 1 != 0
        isDataValid = octets.octet(at: 0) & 2 != 0
        segments = SegmentKind(rawValue: octets.octet(at: 1) & 0x7F) ?? .none
        hasECN = octets.octet(at: 1) & 0x80 != 0
        headersCount = octets.uint16(at: 2).byteSwapped
        segmentSize = octets.uint16(at: 4).byteSwapped
        checksumStart = octets.uint16(at: 6).byteSwapped
        checksumOffset = octets.uint16(at: 8).byteSwapped
    }

    /// Writes the header at the start of `octets`. RT safe, O(1).
    /// - Returns: 10, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer) -> Int? {
        guard octets.count >= Self.count else { return nil }
        octets.set(octet: (needsChecksum ? 1 : 0) | (isDataValid ? 2 : 0), at: 0)
        octets.set(octet: segments.rawValue | (hasECN ? 0x80 : 0), at: 1)
        octets.set(uint16: headersCount.byteSwapped, at: 2)
        octets.set(uint16: segmentSize.byteSwapped, at: 4)
        octets.set(uint16: checksumStart.byteSwapped, at: 6)
        octets.set(uint16: checksumOffset.byteSwapped, at: 8)
        return Self.count
    }

    /// Where the checksum field ends, from the start of the frame. RT safe.
    private var checksumEnd: Int { @_noAllocation @_noLocks get { Int(checksumStart) &+ Int(checksumOffset) &+ 2 } }

    /// What the header says of the frame's transport checksum. RT safe.
    package var checksumState: ChecksumState {
        @_noAllocation @_noLocks get {
            if needsChecksum { return .partial }
            return isDataValid ? .verified : .unverified
        }
    }

    /// Completes the checksum that `frame` lacks, and takes the request for it from the header. RT safe, one pass.
    ///
    /// The field holds the pseudo-header's sum already. A sum of zero is written as ffff, as UDP wants it and the
    /// other protocols allow it. For a frame that is one packet: each segment of a longer one has a sum of its own.
    /// - Returns: false, with nothing changed, if the place lies outside the frame.
    @_noAllocation @_noLocks
    package mutating func completeChecksum(in frame: OctetBuffer) -> Bool {
        guard needsChecksum else { return true }
        guard checksumEnd <= frame.count else { return false }
        var sum = InternetChecksum()
        sum.add(frame.suffix(from: Int(checksumStart)))
        frame.set(uint16: UDPHeader.field(sum.value), at: checksumEnd &- 2)
        needsChecksum = false
        checksumStart = 0
        checksumOffset = 0
        return true
    }
}
