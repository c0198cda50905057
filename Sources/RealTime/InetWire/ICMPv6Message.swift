package import Octets

/// The first eight octets of an ICMPv6 message without its checksum. RFC 4443.
package enum ICMPv6Message: Hashable, Sendable, BitwiseCopyable {
    /// Code 0 no route, 1 prohibited, 3 address, 4 port; others as assigned.
    case unreachable(code: UInt8)
    /// Too long for the next hop.
    case packetTooBig(mtu: UInt32)
    /// Code 0 on the way, 1 while the fragments were put together.
    case timeExceeded(code: UInt8)
    /// At octet `pointer` of the quoted packet.
    case parameterProblem(code: UInt8, pointer: UInt32)
    case echoRequest(identifier: UInt16, sequence: UInt16)
    case echoReply(identifier: UInt16, sequence: UInt16)
    /// RFC 4861 §4.2: `RouterAdvertisement` reads the rest.
    case routerAdvertisement
    /// RFC 4861 §4.3: `NeighborSolicitation` reads the rest.
    case neighborSolicitation
    /// RFC 4861 §4.4: `NeighborAdvertisement` reads the rest.
    case neighborAdvertisement
    /// Any other type, with octets 4 to 7.
    case other(type: UInt8, code: UInt8, rest: UInt32)

    /// RT safe.
    @_noAllocation @_noLocks
    init(type: UInt8, code: UInt8, rest: UInt32) {
        let high = UInt16(truncatingIfNeeded: rest &>> 16)
        let low = UInt16(truncatingIfNeeded: rest)
        switch (type, code) {
        case (1, _): self = .unreachable(code: code)
        case (2, _): self = .packetTooBig(mtu: rest)  // the code is ignored, RFC 4443 §3.2
        case (3, _): self = .timeExceeded(code: code)
        case (4, _): self = .parameterProblem(code: code, pointer: rest)
        case (128, 0): self = .echoRequest(identifier: high, sequence: low)
        case (129, 0): self = .echoReply(identifier: high, sequence: low)
        case (134, 0): self = .routerAdvertisement
        case (135, 0): self = .neighborSolicitation
        case (136, 0): self = .neighborAdvertisement
        default: self = .other(type: type, code: code, rest: rest)
        }
    }

    /// Type and code in one number, octets 4 to 7 in the other. RT safe.
    private var words: (UInt16, UInt32) {
        @_noAllocation @_noLocks get {
            switch self {
            case .unreachable(let code): return (0x0100 | UInt16(code), 0)
            case .packetTooBig(let mtu): return (0x0200, mtu)
            case .timeExceeded(let code): return (0x0300 | UInt16(code), 0)
            case .parameterProblem(let code, let pointer): return (0x0400 | UInt16(code), pointer)
            case .echoRequest(let identifier, let sequence):
                return (0x8000, UInt32(identifier) &<< 16 | UInt32(sequence))
            case .echoReply(let identifier, let sequence):
                return (0x8100, UInt32(identifier) &<< 16 | UInt32(sequence))
            case .routerAdvertisement: return (0x8600, 0)
            case .neighborSolicitation: return (0x8700, 0)
            case .neighborAdvertisement: return (0x8800, 0)
            case .other(let type, let code, let rest): return (UInt16(type) &<< 8 | UInt16(code), rest)
            }
        }
    }

    /// Whether the message tells of an error and quotes a packet: it is never answered (RFC 4443 §2.4). RT safe.
    package var isError: Bool {
        @_noAllocation @_noLocks get {
            switch self {
            case .unreachable, .packetTooBig, .timeExceeded, .parameterProblem: return true
            case .echoRequest, .echoReply, .routerAdvertisement, .neighborSolicitation, .neighborAdvertisement:
                return false
            case .other(let type, _, _): return type < 128
            }
        }
    }

    /// Writes the message in front of its body. RT safe, one pass over the body.
    /// - Parameters:
    ///   - octets: eight octets of room, then the body, which is there already.
    ///   - bodyCount: octets of the body: what is echoed, quoted or follows octet 7.
    ///   - source: both addresses are in the checksum (RFC 4443 §2.3).
    /// - Returns: octets of the whole message, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(
        into octets: OctetBuffer, bodyCount: Int, source: InetAddress, destination: InetAddress
    ) -> Int? {
        guard bodyCount >= 0, octets.count &- ICMPv6View.headerCount >= bodyCount else { return nil }
        let (typeAndCode, rest) = words
        octets.set(uint16: typeAndCode, at: 0)
        octets.set(uint32: rest, at: 4)
        let message = octets.prefix(ICMPv6View.headerCount &+ bodyCount)
        ICMPv6View.setChecksum(of: message, source: source, destination: destination)
        return message.count
    }
}

/// An ICMPv6 message, read in place. RFC 4443 §2.1.
///
///     type 1 | code 1 | checksum 2 | by type 4 | body
package struct ICMPv6View: Sendable, BitwiseCopyable {
    /// Octets in front of the body. RT safe.
    package static var headerCount: Int { @_noAllocation @_noLocks get { 8 } }

    package let octets: OctetBuffer

    /// Says why `payload` can't be read, nil when it can. RT safe, one pass over it.
    @_noAllocation @_noLocks
    package static func problem(
        in payload: OctetBuffer, source: InetAddress, destination: InetAddress
    ) -> ICMPProblem? {
        guard payload.count >= headerCount else { return .truncated }
        return sum(of: payload, source: source, destination: destination) == 0 ? nil : .checksum
    }

    /// RT safe.
    /// - Parameter payload: what a packet carries, for which `problem(in:source:destination:)` is nil.
    @_noAllocation @_noLocks
    package init(_ payload: OctetBuffer) { octets = payload }

    /// RT safe.
    package var message: ICMPv6Message {
        @_noAllocation @_noLocks get {
            ICMPv6Message(type: octets.octet(at: 0), code: octets.octet(at: 1), rest: octets.uint32(at: 4))
        }
    }

    /// What is echoed or quoted. RT safe.
    package var body: OctetBuffer { @_noAllocation @_noLocks get { octets.suffix(from: Self.headerCount) } }

    /// The packet that an error is about; nil for other messages, and if it can't be read.
    /// RT safe, at most `IPv6Extensions.limit` steps.
    package var quoted: QuotedDatagram? {
        @_noAllocation @_noLocks get { message.isError ? QuotedDatagram(ipv6: body) : nil }
    }

    /// Writes the checksum of a whole message. RT safe, one pass.
    @_noAllocation @_noLocks
    static func setChecksum(of message: OctetBuffer, source: InetAddress, destination: InetAddress) {
        message.set(uint16: 0, at: 2)
        message.set(uint16: sum(of: message, source: source, destination: destination), at: 2)
    }

    /// RT safe, one pass.
    @_noAllocation @_noLocks
    private static func sum(of message: OctetBuffer, source: InetAddress, destination: InetAddress) -> UInt16 {
        var sum = InternetChecksum(
            source: source, destination: destination, carrying: .icmpv6, count: message.count)
        sum.add(message)
        return sum.value
    }
}
