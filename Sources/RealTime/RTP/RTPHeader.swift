package import Octets

/// Why octets are no RTP packet. RFC 3550 §5.1, A.1.
package enum RTPProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than the fixed header, the CSRC list or the extension says.
    case truncated
    /// Version is not 2.
    case version
    /// Padding count is zero or more than what follows the header.
    case padding
    /// Payload type 72…76: the second octet of an RTCP packet (RFC 5761 §4).
    case rtcp
}

/// The header of one RTP packet, read from octets. RFC 3550 §5.1, §5.3.1.
///
/// A plain value: it stays true when the octets it was read from are rewritten or freed.
package struct RTPHeader: Sendable, BitwiseCopyable {
    /// Octets of the fixed header.
    package static var fixedCount: Int { @_noAllocation @_noLocks get { 12 } }

    package var marker: Bool
    package var payloadType: PayloadType
    package var sequence: UInt16
    /// In units of the payload's clock.
    package var timestamp: UInt32
    package var ssrc: SSRC
    /// Contributing sources, 0…15.
    package var sourceCount: UInt8
    /// Octets of the extension with its own four-octet header, 0 when there is none.
    package var extensionCount: UInt32
    /// Octets in front of the payload.
    package var headerCount: UInt32
    /// Octets between header and padding.
    package var payloadCount: UInt32
    /// Octets of padding, 0…255.
    package var paddingCount: UInt8

    /// Says why `packet` can't be read, nil when it can. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func problem(in packet: OctetBuffer) -> RTPProblem? {
        guard packet.count >= fixedCount else { return .truncated }
        let first = packet.octet(at: 0)
        guard first >> 6 == 2 else { return .version }
        let type = packet.octet(at: 1) & 0x7f
        if type >= 72, type <= 76 { return .rtcp }
        if first & 0x3f == 0 { return nil }
        return optionsProblem(in: packet, first: first)
    }

    /// Checks CSRC list, extension and padding. RT safe, O(1).
    @_noAllocation @_noLocks
    private static func optionsProblem(in packet: OctetBuffer, first: UInt8) -> RTPProblem? {
        var header = fixedCount + 4 * Int(first & 0x0f)
        if first & 0x10 != 0 {
            guard packet.count >= header + 4 else { return .truncated }
            header += 4 + 4 * Int(packet.uint16(at: header + 2))
        }
        guard packet.count >= header else { return .truncated }
        guard first & 0x20 != 0 else { return nil }
        let padding = Int(packet.octet(at: packet.count - 1))
        return padding == 0 || header + padding > packet.count ? .padding : nil
    }

    /// Reads the header. RT safe, O(1).
    /// - Parameter packet: one whole datagram for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ packet: OctetBuffer) {
        let first = packet.octet(at: 0)
        let second = packet.octet(at: 1)
        marker = second & 0x80 != 0
        payloadType = PayloadType(second)
        sequence = packet.uint16(at: 2)
        timestamp = packet.uint32(at: 4)
        ssrc = SSRC(packet.uint32(at: 8))
        sourceCount = first & 0x0f
        var header = RTPHeader.fixedCount + 4 * Int(sourceCount)
        var extra = 0
        if first & 0x10 != 0 { extra = 4 + 4 * Int(packet.uint16(at: header + 2)) }
        header += extra
        extensionCount = UInt32(truncatingIfNeeded: extra)
        headerCount = UInt32(truncatingIfNeeded: header)
        paddingCount = first & 0x20 != 0 ? packet.octet(at: packet.count - 1) : 0
        payloadCount = UInt32(truncatingIfNeeded: packet.count - header - Int(paddingCount))
    }

    /// A header without contributing sources, extension and padding, to be emitted. RT safe.
    @_noAllocation @_noLocks
    package init(marker: Bool, payloadType: PayloadType, sequence: UInt16, timestamp: UInt32, ssrc: SSRC) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequence = sequence
        self.timestamp = timestamp
        self.ssrc = ssrc
        sourceCount = 0
        extensionCount = 0
        headerCount = 12
        payloadCount = 0
        paddingCount = 0
    }

    /// The window on the payload of the packet this header was read from. RT safe.
    @_noAllocation @_noLocks
    package func payload(of packet: OctetBuffer) -> OctetBuffer {
        packet.slice(from: Int(headerCount), count: Int(payloadCount))
    }
}
