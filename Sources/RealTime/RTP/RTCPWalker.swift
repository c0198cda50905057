package import Octets

/// Packet types of RTCP. RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2.
package enum RTCPKind: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case senderReport = 200
    case receiverReport = 201
    case sourceDescription = 202
    case bye = 203
    case application = 204
    case transportFeedback = 205
    case payloadFeedback = 206
    case extendedReport = 207
}

extension RTCPKind {
    /// RT safe.
    @_noAllocation @_noLocks
    package static func == (left: RTCPKind, right: RTCPKind) -> Bool { left.number == right.number }

    /// The packet type's octet. RT safe.
    package var number: UInt8 {
        @_noAllocation @_noLocks get {
            switch self {
            case .senderReport: return 200
            case .receiverReport: return 201
            case .sourceDescription: return 202
            case .bye: return 203
            case .application: return 204
            case .transportFeedback: return 205
            case .payloadFeedback: return 206
            case .extendedReport: return 207
            }
        }
    }
}

/// Why octets are no RTCP datagram. RFC 3550 §6.1, A.2.
package enum RTCPProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than one header, or than the length field of a packet says.
    case truncated
    /// A packet's version is not 2.
    case version
    /// The first packet's type is none that RTCP uses (192…223, RFC 5761 §4).
    case type
    /// Padding on a packet that is not the last, or more of it than there are octets.
    case padding
    /// More packets than are read in one datagram.
    case tooMany
}

/// One packet of a compound datagram: where it lies and what its header says.
package struct RTCPPart: Sendable, BitwiseCopyable {
    /// Nil for types this project does not read; they are stepped over.
    package let kind: RTCPKind?
    /// The five-bit field: report or source count, subtype, feedback format.
    package let count: UInt8
    /// Offset of the packet's header in the datagram.
    package let start: Int
    /// Octets with header, without padding.
    package let octetCount: Int
}

/// Steps through the packets of one RTCP datagram, compound or reduced-size. RFC 3550 §6.1, RFC 5506.
package struct RTCPWalker: Sendable {
    /// Packets read of one datagram at most: the bound of every walk.
    package static var partLimit: Int { @_noAllocation @_noLocks get { 64 } }

    private let datagram: OctetBuffer
    private var offset = 0

    /// RT safe.
    /// - Parameter datagram: octets for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ datagram: OctetBuffer) { self.datagram = datagram }

    /// The next packet, nil at the end. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func next() -> RTCPPart? {
        guard offset + 4 <= datagram.count else { return nil }
        let first = datagram.octet(at: offset)
        let length = 4 + 4 * Int(datagram.uint16(at: offset + 2))
        guard offset + length <= datagram.count else { return nil }
        let padding = first & 0x20 == 0 ? 0 : Int(datagram.octet(at: offset + length - 1))
        guard padding <= length - 4 else { return nil }
        let part = RTCPPart(
            kind: RTCPKind(rawValue: datagram.octet(at: offset + 1)), count: first & 0x1f, start: offset,
            octetCount: length - padding)
        offset += length
        return part
    }

    /// Says why `datagram` can't be walked to its end, nil when it can. RT safe, at most `partLimit` steps.
    ///
    /// A reduced-size datagram (RFC 5506) passes: nothing asks that the first packet be a report.
    @_noAllocation @_noLocks
    package static func problem(in datagram: OctetBuffer) -> RTCPProblem? {
        guard datagram.count >= 4 else { return .truncated }
        let type = datagram.octet(at: 1)
        guard type >= 192, type <= 223 else { return .type }
        var offset = 0
        var parts = 0
        while offset < datagram.count {
            guard parts < partLimit else { return .tooMany }
            guard offset + 4 <= datagram.count else { return .truncated }
            let first = datagram.octet(at: offset)
            guard first >> 6 == 2 else { return .version }
            let length = 4 + 4 * Int(datagram.uint16(at: offset + 2))
            guard offset + length <= datagram.count else { return .truncated }
            if first & 0x20 != 0 {
                let padding = Int(datagram.octet(at: offset + length - 1))
                let isLast = offset + length == datagram.count
                guard isLast, padding > 0, padding % 4 == 0, padding <= length - 4 else { return .padding }
            }
            offset += length
            parts += 1
        }
        return nil
    }
}
