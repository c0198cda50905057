import Octets
import Timing

/// A source on its way to be proven: one endpoint and SSRC, and what it has shown so far.
struct SourceProof: Sendable, BitwiseCopyable {
    var endpoint: InetEndpoint
    var source: UInt32
    var nextSequence: UInt16
    /// Packets in sequence; 0 = nobody is on the way.
    var packets: UInt8
    var since: MonotonicInstant
    var last: MonotonicInstant

    @_noAllocation @_noLocks
    init() {
        endpoint = .unspecified
        source = 0
        nextSequence = 0
        packets = 0
        since = .start
        last = .start
    }
}

/// One termination's flow. Owner: the media thread.
struct FlowEntry: Sendable, BitwiseCopyable {
    /// 0 = the slot is free.
    var generation: UInt32
    /// The remote stream is bound to `remoteSource`.
    var isProven: Bool
    /// RTP, or RTCP, comes from elsewhere than signalled.
    var isRTPMoved: Bool
    var isRTCPMoved: Bool
    /// An `ambiguous` notice was given since the last change.
    var isReported: Bool
    var remoteSource: UInt32
    var lastSequence: UInt16
    var lastRTP: MonotonicInstant
    var lastRTCP: MonotonicInstant
    /// Where RTP and RTCP come from now: as signalled until moved.
    var rtp: InetEndpoint
    var rtcp: InetEndpoint
    var proof: SourceProof
    var wanted: FlowExpectation

    @_noAllocation @_noLocks
    init() {
        generation = 0
        isProven = false
        isRTPMoved = false
        isRTCPMoved = false
        isReported = false
        remoteSource = 0
        lastSequence = 0
        lastRTP = .start
        lastRTCP = .start
        rtp = .unspecified
        rtcp = .unspecified
        proof = SourceProof()
        wanted = FlowExpectation()
    }
}

/// The places that one flow may have in the index at the same time.
enum FlowRole: Int, CaseIterable {
    case rtpEndpoint = 0
    case rtcpEndpoint = 1
    case localSource = 2
    case site = 3
    /// `stream` once proven, `unproven` before.
    case stream = 4
    /// `remoteSource` once proven; before, `host` of the signalled address or `pending`.
    case sourceOrHost = 5
    /// `host` of the signalling address, while unproven.
    case signallingHost = 6

    static var count: Int { @_noAllocation @_noLocks get { 7 } }

    /// The link of this role of the flow in `slot`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    func link(_ slot: Int) -> Int { slot &* Self.count &+ rawValue }

    /// The flow that a link belongs to. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    static func slot(ofLink link: Int) -> Int { link / count }
}
