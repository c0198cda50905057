import MediaControl
import Octets
import PacketDemux
import RTP
import RTPSession
import Timing

/// What a payload type means on one leg.
enum PayloadKind: Sendable, BitwiseCopyable {
    case audio(AudioFormat)
    case event
    case noise
    case unknown
}

/// One side of a context: what is wanted of it, the stream that comes in, the stream that goes out.
// Owner: media thread of its shard. Others read the published `TerminationCounters`.
struct Termination: Sendable, BitwiseCopyable {
    var wanted: TerminationDescriptor
    let flow: FlowID
    /// The flow table has an entry for it: only RTP terminations have.
    var hasFlow = false
    var hasSource = false
    var hasReported = false
    /// Something changed since the counters were last published.
    var isChanged = true
    var source: SourceState
    var outgoing: OutgoingStream
    var sender: SenderState
    var schedule: RTCPSchedule
    var digitsIn = DigitReceiver()
    var digitsOut = DigitSender()
    var lateness = LatenessRecord()
    var counters = TerminationCounters()
    /// Sums over sources that are gone.
    var lostEarlier: Int64 = 0
    var expectedEarlier: UInt64 = 0
    var duplicatesEarlier: UInt32 = 0
    var reorderedEarlier: UInt32 = 0

    /// A termination as it is wanted, with random first numbers. RT safe, O(1).
    @_noAllocation @_noLocks
    init(
        _ wanted: TerminationDescriptor, flow: FlowID, interval: TimeSpan, generator: inout SmallGenerator,
        now: MonotonicInstant
    ) {
        self.wanted = wanted
        self.flow = flow
        let chance = generator.next()
        source = SourceState(ssrc: SSRC(0), firstSequence: 0)
        outgoing = OutgoingStream(
            sequence: UInt16(truncatingIfNeeded: chance), timestamp: UInt32(truncatingIfNeeded: chance >> 16))
        sender = SenderState(ssrc: SSRC(wanted.localSSRC))
        schedule = RTCPSchedule(now: now, minimum: interval, seed: generator.next())
        counters.generation = flow.generation
    }

    /// What `type` stands for in packets from the far end. RT safe, O(1).
    @_noAllocation @_noLocks
    func kind(of type: PayloadType) -> PayloadKind {
        let value = type.value
        if value == wanted.receivePayload.payloadType { return .audio(wanted.receivePayload.format) }
        if value == wanted.receivePayload2.payloadType { return .audio(wanted.receivePayload2.format) }
        if value == wanted.receiveEventType { return .event }
        if value == wanted.receiveNoiseType { return .noise }
        return .unknown
    }

    /// Media from the far end is taken. RT safe.
    var receives: Bool { @_noAllocation @_noLocks get { wanted.flags.has(.receive) } }
    /// Media may be sent to the far end. RT safe.
    var sends: Bool { @_noAllocation @_noLocks get { wanted.flags.has(.send) } }

    /// Our port towards the far end for RTP. RT safe.
    var port: LocalPort {
        @_noAllocation @_noLocks get { LocalPort(pair: wanted.portIndex, channel: .rtp) }
    }

    /// Our port for RTCP. RT safe.
    var reportPort: LocalPort {
        @_noAllocation @_noLocks get {
            LocalPort(pair: wanted.portIndex, channel: wanted.flags.has(.rtcpMux) ? .rtp : .rtcp)
        }
    }

    /// This side is reached by RTP. RT safe.
    var isRTP: Bool {
        @_noAllocation @_noLocks get {
            switch wanted.kind {
            case .rtp: return true
            case .none, .echo, .milliwatt, .silence, .blocks: return false
            }
        }
    }

    /// Takes a new wanted state. A new source name of ours begins a new sender. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func want(_ descriptor: TerminationDescriptor) {
        if descriptor.localSSRC != wanted.localSSRC { sender = SenderState(ssrc: SSRC(descriptor.localSSRC)) }
        wanted = descriptor
        isChanged = true
    }
}

extension TerminationFlags {
    /// Whether `flag` is set. RT safe.
    @_noAllocation @_noLocks
    func has(_ flag: TerminationFlags) -> Bool { rawValue & flag.rawValue != 0 }
}
