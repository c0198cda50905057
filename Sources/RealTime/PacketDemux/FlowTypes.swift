package import Octets
package import Telemetry

/// A flow's place in the table and its life there. One flow stands for one RTP termination.
package struct FlowID: Hashable, Sendable, BitwiseCopyable {
    /// 0 ..< the table's capacity; chosen by the caller, who numbers its terminations.
    package let slot: UInt32
    /// Never 0. A call with an earlier life's generation changes nothing.
    package let generation: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: FlowID, right: FlowID) -> Bool {
        left.slot == right.slot && left.generation == right.generation
    }
}

/// Who may become a flow's source when nothing cryptographic proves it.
package enum SourcePolicy: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The signalled endpoint, or the signalled or signalling address after first-packet proof.
    case proof = 0
    /// The signalled endpoint only.
    case strict = 1
    /// As `proof`, from any address.
    case any = 2

    /// Whether another endpoint than the signalled one may prove itself. RT safe.
    package var mayProve: Bool {
        @_noAllocation @_noLocks get {
            switch self {
            case .proof, .any: return true
            case .strict: return false
            }
        }
    }
}

/// What is expected of a termination's far end: the whole wanted state, as signalling knows it.
package struct FlowExpectation: Sendable, BitwiseCopyable {
    /// Index of our port pair in the pool.
    package var pair: UInt16 = 0
    /// Our own synchronisation source; unique per pair. Not 0.
    package var localSource: UInt32 = 0
    /// The far end's, where its description told it (RFC 5576); else 0.
    package var remoteSource: UInt32 = 0
    /// Where its RTP and its RTCP come from by its description; equal when multiplexed.
    package var rtp: InetEndpoint = .unspecified
    package var rtcp: InetEndpoint = .unspecified
    /// Where its signalling comes from; for an offer of ours, where that offer went.
    package var signallingSource: InetAddress = .unspecified
    package var policy: SourcePolicy = .proof
    /// The far end's description is known. While false (our offer is unanswered) nothing is accepted.
    package var isDescribed = false
    /// RTCP shares the RTP port (RFC 5761).
    package var isMultiplexed = false

    /// Expects nothing. RT safe.
    @_noAllocation @_noLocks
    package init() {}
}

/// What became of an expectation.
package enum FlowAdmission: UInt8, Sendable, BitwiseCopyable {
    case accepted
    /// The slot is in use, or the identity belongs to another life of it.
    case notYours
    /// Another flow of the pair has this local source.
    case sourceTaken
    /// The index has no room.
    case full
}

/// Where a datagram goes.
package enum FlowVerdict: Sendable, BitwiseCopyable {
    /// To a termination, as RTP or RTCP.
    case deliver(FlowID, PortChannel)
    /// STUN, DTLS, ZRTP from the endpoint of exactly one flow: not media, to be handed to the control side.
    case aside(FlowID, DatagramClass)
    /// Nowhere; it has been counted.
    case dropped(DropReason)
}

/// What the table tells of itself, at most once each until something changes.
package enum FlowNotice: UInt8, Sendable, BitwiseCopyable {
    /// The flow's RTP source is bound: the first packet was taken.
    case proven
    /// RTP or RTCP moved to another endpoint.
    case rebound
    /// Packets arrive that more than one unproven flow may claim; this is the youngest of them.
    case ambiguous
}

/// One notice, with the endpoint and source that it is about.
package struct FlowEvent: Sendable, BitwiseCopyable {
    package let notice: FlowNotice
    package let flow: FlowID
    package let channel: PortChannel
    package let endpoint: InetEndpoint
    package let source: UInt32

    @_noAllocation @_noLocks
    init(_ notice: FlowNotice, _ flow: FlowID, _ channel: PortChannel, _ endpoint: InetEndpoint, _ source: UInt32) {
        self.notice = notice
        self.flow = flow
        self.channel = channel
        self.endpoint = endpoint
        self.source = source
    }
}
