package import InetWire
package import Octets

/// What an ICMP error says of a destination. RFC 1122 §3.2.2, RFC 4443 §3.
package enum ICMPMeaning: Sendable, BitwiseCopyable {
    /// Nobody listens on the far port.
    case portUnreachable
    /// The far host, its network or its protocol can't be reached.
    case hostUnreachable
    /// A filter on the way refuses.
    case prohibited
    /// Longer packets than so many octets do not get through.
    case tooLong(mtu: UInt16)
    /// The hops ran out: a loop on the way.
    case looped
    /// The packet is said to be malformed.
    case malformed
}

/// An ICMP error about a UDP datagram of ours, and what it means. A plain value.
///
/// Anybody can send one: it is a hint (RFC 5927), never a reason to end a call by itself.
package struct ICMPDecision: Sendable, BitwiseCopyable {
    /// Our port that the datagram came from.
    package let localPort: UInt16
    /// Where it was to go.
    package let destination: InetEndpoint
    package let meaning: ICMPMeaning

    /// MTU below which an IPv4 error is not believed, and the IPv6 minimum (RFC 8200 §5).
    private static var leastIPv4: UInt16 { @_noAllocation @_noLocks get { 552 } }
    private static var leastIPv6: UInt16 { @_noAllocation @_noLocks get { 1_280 } }
    /// What is taken from a router that says no MTU. RFC 1191 §5.
    private static var unsaid: UInt16 { @_noAllocation @_noLocks get { 576 } }

    /// Reads an ICMP or ICMPv6 error that came to us; nil if the frame holds none about a UDP datagram of ours.
    /// RT safe: one pass over the message, at most `IPv6Extensions.limit` extension headers of the quotation.
    /// - Parameters:
    ///   - frame: the walk over `octets`.
    ///   - checksum: what is known of the frame's transport checksum.
    @_noAllocation @_noLocks
    package init?(
        _ frame: InetFrame, _ octets: OctetBuffer, checksum: ChecksumState, identity: InterfaceIdentity
    ) {
        guard case .none = frame.problem, !frame.isFragment, identity.has(frame.destination) else { return nil }
        let message = frame.transport(of: octets)
        let mustVerify = checksum.mustVerify
        if frame.ipVersion == 4, frame.payloadProtocol == .icmp {
            guard message.count >= ICMPView.headerCount else { return nil }
            if mustVerify, let _ = ICMPView.problem(in: message) { return nil }
            let view = ICMPView(message)
            guard let meaning = Self.meaning(of: view.message, identity), let quoted = view.quoted else { return nil }
            self.init(meaning, quoted, identity)
        } else if frame.ipVersion == 6, frame.payloadProtocol == .icmpv6 {
            guard message.count >= ICMPv6View.headerCount else { return nil }
            if mustVerify,
                let _ = ICMPv6View.problem(in: message, source: frame.source, destination: frame.destination)
            {
                return nil
            }
            let view = ICMPv6View(message)
            guard let meaning = Self.meaning(of: view.message, identity), let quoted = view.quoted else { return nil }
            self.init(meaning, quoted, identity)
        } else {
            return nil
        }
    }

    /// Nil unless the quotation is of a UDP datagram from one of our addresses. RT safe.
    @_noAllocation @_noLocks
    package init?(_ meaning: ICMPMeaning, _ quoted: QuotedDatagram, _ identity: InterfaceIdentity) {
        guard quoted.payloadProtocol == .udp, identity.has(quoted.source), let ports = quoted.ports else { return nil }
        self.meaning = meaning
        localPort = ports.source
        destination = InetEndpoint(address: quoted.destination, port: ports.destination)
    }

    /// What an ICMP message says; nil if it is no error, or one that says nothing to us. RFC 1122 §3.2.2. RT safe.
    @_noAllocation @_noLocks
    package static func meaning(of message: ICMPMessage, _ identity: InterfaceIdentity) -> ICMPMeaning? {
        switch message {
        case .unreachable(let code):
            switch code {
            case 3: return .portUnreachable
            case 9, 10, 13: return .prohibited
            default: return .hostUnreachable
            }
        case .fragmentationNeeded(let mtu):
            return shorter(mtu == 0 ? unsaid : max(mtu, leastIPv4), identity)
        case .timeExceeded(let code): return code == 0 ? .looped : nil
        case .parameterProblem: return .malformed
        case .echoReply, .echoRequest, .other: return nil
        }
    }

    /// What an ICMPv6 message says; nil if it is no error, or one that says nothing to us. RFC 4443 §3. RT safe.
    @_noAllocation @_noLocks
    package static func meaning(of message: ICMPv6Message, _ identity: InterfaceIdentity) -> ICMPMeaning? {
        switch message {
        case .unreachable(let code):
            switch code {
            case 4: return .portUnreachable
            case 1, 5, 6: return .prohibited
            default: return .hostUnreachable
            }
        case .packetTooBig(let mtu):
            return shorter(max(UInt16(clamping: mtu), leastIPv6), identity)
        case .timeExceeded(let code): return code == 0 ? .looped : nil
        case .parameterProblem: return .malformed
        case .echoRequest, .echoReply, .routerAdvertisement, .neighborSolicitation, .neighborAdvertisement, .other:
            return nil
        }
    }

    /// An error never makes packets longer (RFC 1191 §3). RT safe.
    @_noAllocation @_noLocks
    private static func shorter(_ mtu: UInt16, _ identity: InterfaceIdentity) -> ICMPMeaning? {
        mtu < identity.mtu ? .tooLong(mtu: mtu) : nil
    }
}

extension ChecksumState {
    /// Nobody below has looked at the checksum. RT safe.
    var mustVerify: Bool {
        @_noAllocation @_noLocks get {
            switch self {
            case .unverified: true
            case .partial, .verified: false
            }
        }
    }
}
