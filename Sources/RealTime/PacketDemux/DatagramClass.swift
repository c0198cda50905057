package import Octets

/// What a datagram on a media port is, told by its first octets. RFC 7983 section 7, RFC 5761 section 4.
package enum DatagramClass: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case stun
    case zrtp
    case dtls
    case turnChannel
    case rtp
    case rtcp
    /// Too short for the RTP or RTCP that its first octet announces.
    case truncated
    /// An octet that belongs to no protocol here, or nothing at all.
    case unknown

    /// Octets of the shortest RTP packet and of the shortest RTCP packet that names its sender.
    private static var shortestRTP: Int { @_noAllocation @_noLocks get { 12 } }
    private static var shortestRTCP: Int { @_noAllocation @_noLocks get { 8 } }

    /// Classifies a whole datagram. RT safe: looks at two octets.
    ///
    /// In the RTP range the second octet decides: 192...223 is RTCP, whatever port it came to.
    @_noAllocation @_noLocks
    package init(_ datagram: OctetBuffer) {
        guard datagram.count > 0 else {
            self = .unknown
            return
        }
        switch datagram.octet(at: 0) {
        case 0...3: self = .stun
        case 16...19: self = .zrtp
        case 20...63: self = .dtls
        case 64...79: self = .turnChannel
        case 128...191: self = Self.media(datagram)
        default: self = .unknown
        }
    }

    @_noAllocation @_noLocks
    private static func media(_ datagram: OctetBuffer) -> DatagramClass {
        guard datagram.count >= shortestRTCP else { return .truncated }
        switch datagram.octet(at: 1) {
        case 192...223: return .rtcp
        default: return datagram.count >= shortestRTP ? .rtp : .truncated
        }
    }
}
