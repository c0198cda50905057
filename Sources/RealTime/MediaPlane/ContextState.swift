import Codecs
import DSP
import MediaControl
import Octets
import Rings
import Timing

/// One context: a call's two terminations and how packets pass between them.
// Owner: media thread of its shard.
struct ContextState: Sendable, BitwiseCopyable {
    /// The life of the slot; 0 = free.
    var generation: UInt32 = 0
    var path: MediaPath = .closed
    /// Places in the lists of contexts and of those that the tick visits; negative = not there.
    var activePlace: Int32 = -1
    var tickingPlace: Int32 = -1
    /// Its player, when its path is the tick; negative = none.
    var player: Int32 = -1

    @_noAllocation @_noLocks
    init() {}
}

/// What a tick context needs beyond its terminations: playout, packet under way, tone.
// Owner: media thread of its shard.
struct Player: Sendable, BitwiseCopyable {
    /// Octets of memory: the playout's ring and the longest packet (60 ms).
    static var byteCount: Int { @_noAllocation @_noLocks get { PlayoutBuffer.byteCount + 512 } }

    /// The side that is reached by RTP: 0 or 1. The other one is the application.
    let side: Int
    let law: CompandingLaw
    var playout: PlayoutBuffer
    let packet: OctetBuffer
    /// Octets of the packet that are filled.
    var filled = 0
    /// Timestamp of the next block that is sent.
    var timestamp: UInt32
    var tone: ToneGenerator
    /// Packets go out one after the other: the next needs no marker.
    var isTalking = false

    /// A player over memory of its own. RT safe, 1,024 steps.
    @_noAllocation @_noLocks
    init(side: Int, law: CompandingLaw, memory: OctetBuffer, timestamp: UInt32) {
        self.side = side
        self.law = law
        playout = PlayoutBuffer(ring: memory.prefix(PlayoutBuffer.byteCount), silence: law.silence)
        packet = memory.suffix(from: PlayoutBuffer.byteCount)
        self.timestamp = timestamp
        let peak = law == .mu ? Milliwatt.muLawPeak : Milliwatt.aLawPeak
        tone = ToneGenerator(hertz: Milliwatt.hertz, peak: peak)
    }
}

/// The two rings of one block lane.
struct BlockLane: Sendable, BitwiseCopyable {
    let up: SPSCRing<AudioBlock>
    let down: SPSCRing<AudioBlock>
}

/// A packet on its way out: whose it is and since when it is due.
struct EgressMark: Sendable, BitwiseCopyable {
    var termination: UInt32
    var due: MonotonicInstant

    @_noAllocation @_noLocks
    init(termination: UInt32, due: MonotonicInstant) {
        self.termination = termination
        self.due = due
    }
}
