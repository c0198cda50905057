/// One context's place and life: a slot in the shared region, and how often that slot was taken.
///
/// A command or an event about an earlier life of a slot is recognised by its generation and ignored.
package struct ContextID: Hashable, Sendable, BitwiseCopyable {
    package let slot: UInt32
    package let generation: UInt32

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(slot: UInt32, generation: UInt32) {
        self.slot = slot
        self.generation = generation
    }
}

/// The two terminations of a context. A is the side of the caller.
package enum Side: UInt8, Sendable, BitwiseCopyable, CaseIterable {
    case a = 0
    case b = 1

    /// 0 for A, 1 for B. RT safe. Bound: O(1).
    package var index: Int {
        @_noAllocation @_noLocks get {
            switch self {
            case .a: return 0
            case .b: return 1
            }
        }
    }

    /// The side that this one's media goes to. RT safe. Bound: O(1).
    package var other: Side {
        @_noAllocation @_noLocks get {
            switch self {
            case .a: return .b
            case .b: return .a
            }
        }
    }
}

/// What a termination is. H.248 words: an ephemeral termination (RTP) or a physical one's stand-in.
package enum TerminationKind: UInt8, Sendable, BitwiseCopyable {
    /// Nothing there yet: what arrives for the other side has nowhere to go.
    case none = 0
    /// An RTP stream pair on a reserved port.
    case rtp = 1
    /// Sends back what the other side says, through the tick path.
    case echo = 2
    /// The digital milliwatt: 1004 Hz at 0 dBm0.
    case milliwatt = 3
    /// Comfort silence: takes what arrives, sends digital silence.
    case silence = 4
    /// A pair of PCM block lanes to the control side: what a headless softphone plays and records.
    case blocks = 5
}

/// How a context's packets travel; chosen on the control plane when the two sides are known.
package enum MediaPath: UInt8, Sendable, BitwiseCopyable {
    /// Nothing is passed (nobody answered, or one side is missing).
    case closed = 0
    /// Equal payloads: rewritten in place and sent on arrival.
    case relay = 1
    /// G.711 A-law and µ-law: converted in place and sent on arrival.
    case transcode = 2
    /// A clock domain ends here: playout every 10 ms.
    case tick = 3
}

/// Who may become a termination's source when no ICE or SRTP proves it.
package enum NATPolicy: UInt8, Sendable, BitwiseCopyable {
    /// Signalled address, or an address proved by the rules of Docs/Architecture (first-packet proof).
    case proof = 0
    /// The signalled address and port only.
    case strict = 1
    /// Whoever sends three packets of one source in sequence, from any address.
    case any = 2
}

/// An audio payload that the media plane can convert.
package enum AudioFormat: UInt8, Sendable, BitwiseCopyable {
    case none = 0
    case pcmu = 1
    case pcma = 2
}
