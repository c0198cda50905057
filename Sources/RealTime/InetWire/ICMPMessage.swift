package import Octets

/// Why octets are no ICMP or ICMPv6 message. RFC 792, RFC 4443 §2.
package enum ICMPProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than eight octets.
    case truncated
    /// The checksum does not fit.
    case checksum
}

/// The first eight octets of an ICMP message without its checksum. RFC 792; next-hop MTU: RFC 1191 §4.
package enum ICMPMessage: Hashable, Sendable, BitwiseCopyable {
    case echoReply(identifier: UInt16, sequence: UInt16)
    case echoRequest(identifier: UInt16, sequence: UInt16)
    /// Code 0 network, 1 host, 2 protocol, 3 port, 5 and above as assigned; 4 stands by itself.
    case unreachable(code: UInt8)
    /// Unreachable, code 4: too long for the next hop. An MTU of 0 comes from routers that do not say it.
    case fragmentationNeeded(mtu: UInt16)
    /// Code 0 on the way, 1 while the fragments were put together.
    case timeExceeded(code: UInt8)
    /// At octet `pointer` of the quoted packet.
    case parameterProblem(code: UInt8, pointer: UInt8)
    /// Any other type, with octets 4 to 7.
    case other(type: UInt8, code: UInt8, rest: UInt32)

    /// RT safe.
    @_noAllocation @_noLocks
    init(type: UInt8, code: UInt8, rest: UInt32) {
        let high = UInt16(truncatingIfNeeded: rest &>> 16)
        let low = UInt16(truncatingIfNeeded: rest)
        switch (type, code) {
        case (0, 0): self = .echoReply(identifier: high, sequence: low)
        case (8, 0): self = .echoRequest(identifier: high, sequence: low)
        case (3, 4): self = .fragmentationNeeded(mtu: low)
        case (3, _): self = .unreachable(code: code)
        case (11, _): self = .timeExceeded(code: code)
        case (12, _): self = .parameterProblem(code: code, pointer: UInt8(truncatingIfNeeded: rest &>> 24))
        default: self = .other(type: type, code: code, rest: rest)
        }
    }

    /// Type and code in one number, octets 4 to 7 in the other. RT safe.
    private var words: (UInt16, UInt32) {
        @_noAllocation @_noLocks get {
            switch self {
            case .echoReply(let identifier, let sequence): return (0, UInt32(identifier) &<< 16 | UInt32(sequence))
            case .echoRequest(let identifier, let sequence):
                return (0x0800, UInt32(identifier) &<< 16 | UInt32(sequence))
            case .unreachable(let code): return (0x0300 | UInt16(code), 0)
            case .fragmentationNeeded(let mtu): return (0x0304, UInt32(mtu))
            case .timeExceeded(let code): return (0x0B00 | UInt16(code), 0)
            case .parameterProblem(let code, let pointer): return (0x0C00 | UInt16(code), UInt32(pointer) &<< 24)
            case .other(let type, let code, let rest): return (UInt16(type) &<< 8 | UInt16(code), rest)
            }
        }
    }

    /// Whether the message tells of an error and quotes a packet: it is never answered (RFC 1122 §3.2.2). RT safe.
    package var isError: Bool {
        @_noAllocation @_noLocks get {
            switch self {
            case .echoReply, .echoRequest: return false
            case .unreachable, .fragmentationNeeded, .timeExceeded, .parameterProblem: return true
            case .other(let type, _, _): return type == 4 || type == 5
            }
        }
    }

    /// Writes the message in front of its body. RT safe, one pass over the body.
    /// - Parameters:
    ///   - octets: eight octets of room, then the body, which is there already.
    ///   - bodyCount: octets of the body: what is echoed or quoted.
    /// - Returns: octets of the whole message, nil if there is no room.
    @_noAllocation @_noLocks
    package func emit(into octets: OctetBuffer, bodyCount: Int) -> Int? {
        guard bodyCount >= 0, octets.count &- ICMPView.headerCount >= bodyCount else { return nil }
        let (typeAndCode, rest) = words
        octets.set(uint16: typeAndCode, at: 0)
        octets.set(uint16: 0, at: 2)
        octets.set(uint32: rest, at: 4)
        var sum = InternetChecksum()
        sum.add(octets.prefix(ICMPView.headerCount &+ bodyCount))
        octets.set(uint16: sum.value, at: 2)
        return ICMPView.headerCount &+ bodyCount
    }
}

/// An ICMP message, read in place. RFC 792.
///
///     type 1 | code 1 | checksum 2 | by type 4 | body
package struct ICMPView: Sendable, BitwiseCopyable {
    /// Octets in front of the body. RT safe.
    package static var headerCount: Int { @_noAllocation @_noLocks get { 8 } }

    package let octets: OctetBuffer

    /// Says why `payload` can't be read, nil when it can. RT safe, one pass over it.
    @_noAllocation @_noLocks
    package static func problem(in payload: OctetBuffer) -> ICMPProblem? {
        guard payload.count >= headerCount else { return .truncated }
        var sum = InternetChecksum()
        sum.add(payload)
        return sum.value == 0 ? nil : .checksum
    }

    /// RT safe.
    /// - Parameter payload: what a packet carries, for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ payload: OctetBuffer) { octets = payload }

    /// RT safe.
    package var message: ICMPMessage {
        @_noAllocation @_noLocks get {
            ICMPMessage(type: octets.octet(at: 0), code: octets.octet(at: 1), rest: octets.uint32(at: 4))
        }
    }

    /// What is echoed or quoted. RT safe.
    package var body: OctetBuffer { @_noAllocation @_noLocks get { octets.suffix(from: Self.headerCount) } }

    /// The packet that an error is about; nil for other messages, and if it can't be read. RT safe, O(1).
    package var quoted: QuotedDatagram? {
        @_noAllocation @_noLocks get { message.isError ? QuotedDatagram(ipv4: body) : nil }
    }
}
