import Octets

/// What a key of the flow index stands for.
enum FlowKeyKind: UInt8, Sendable, BitwiseCopyable {
    /// One proven stream: pair, remote endpoint, SSRC.
    case stream = 1
    /// All flows of a pair that take RTP, or RTCP, from one remote endpoint.
    case rtpEndpoint = 2
    case rtcpEndpoint = 3
    /// Those among them whose stream is not bound yet.
    case unproven = 4
    /// All flows of all pairs that take RTP from one remote endpoint.
    case site = 5
    /// Proven flows of a pair by their remote SSRC, and any flow by our own.
    case remoteSource = 6
    case localSource = 7
    /// Unproven flows of a pair that first-packet proof may give a source at this address.
    case host = 8
    /// Unanswered offers of a pair that went to this address.
    case pending = 9
    /// A stream, or an endpoint or address without one, that was freed a moment ago.
    case freed = 10
}

/// A key of the flow index: as many of its parts as its kind needs, the rest zero.
struct FlowKey: Sendable, BitwiseCopyable {
    let high: UInt64
    let low: UInt64
    let source: UInt32
    let pair: UInt16
    let remotePort: UInt16
    let kind: FlowKeyKind

    @_noAllocation @_noLocks
    @inline(__always)
    init(
        _ kind: FlowKeyKind, pair: UInt16 = 0, address: InetAddress = .unspecified, remotePort: UInt16 = 0,
        source: UInt32 = 0
    ) {
        high = address.high
        low = address.low
        self.source = source
        self.pair = pair
        self.remotePort = remotePort
        self.kind = kind
    }

    @_noAllocation @_noLocks
    @inline(__always)
    init(_ kind: FlowKeyKind, pair: UInt16 = 0, _ endpoint: InetEndpoint, source: UInt32 = 0) {
        self.init(kind, pair: pair, address: endpoint.address, remotePort: endpoint.port, source: source)
    }

    @_noAllocation @_noLocks
    @inline(__always)
    static func == (left: FlowKey, right: FlowKey) -> Bool {
        left.low == right.low && left.source == right.source && left.remotePort == right.remotePort
            && left.pair == right.pair && left.kind.rawValue == right.kind.rawValue && left.high == right.high
    }

    /// A well mixed 64-bit hash; the seed keeps peers from choosing keys that meet. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    func hash(seed: UInt64) -> UInt64 {
        let ports = UInt64(pair) &<< 24 | UInt64(remotePort) &<< 8 | UInt64(kind.rawValue)
        var mix = (low ^ seed) &* 0x9E37_79B9_7F4A_7C15
        mix ^= mix &>> 32
        mix = (mix ^ high ^ (UInt64(source) &<< 32)) &* 0xD6E8_FEB8_6659_FD93
        mix ^= mix &>> 32
        mix = (mix ^ ports ^ seed) &* 0xA076_1D64_78BD_642F
        return mix ^ (mix &>> 29)
    }
}
