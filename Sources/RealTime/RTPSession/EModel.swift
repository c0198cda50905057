/// How robust a codec is, for the E-model. ITU-T G.113 Appendix I.
package struct CodecQuality: Sendable, BitwiseCopyable {
    /// Equipment impairment Ie, ×100.
    package let impairment: Int
    /// Packet-loss robustness Bpl, ×100.
    package let robustness: Int

    /// RT safe.
    @_noAllocation @_noLocks
    package init(impairment: Int, robustness: Int) {
        self.impairment = impairment
        self.robustness = robustness
    }

    /// G.711 whose receiver conceals gaps (Appendix I of G.711). RT safe.
    package static var g711: CodecQuality {
        @_noAllocation @_noLocks get { CodecQuality(impairment: 0, robustness: 2510) }
    }
    /// G.711 whose receiver plays silence in gaps. RT safe.
    package static var g711WithoutConcealment: CodecQuality {
        @_noAllocation @_noLocks get { CodecQuality(impairment: 0, robustness: 430) }
    }
}

/// What was observed of one stream, for the E-model.
package struct StreamObservation: Sendable, BitwiseCopyable {
    /// Packets that should have come, and that did not or came too late.
    package var expected: UInt64
    package var lost: UInt64
    /// Runs of consecutive losses; 0 = taken as random.
    package var lossRuns: UInt64
    /// Mouth to ear, one way, in microseconds.
    package var delay: UInt64

    /// RT safe.
    @_noAllocation @_noLocks
    package init(expected: UInt64, lost: UInt64, lossRuns: UInt64, delay: UInt64) {
        self.expected = expected
        self.lost = lost
        self.lossRuns = lossRuns
        self.delay = delay
    }
}

/// The E-model with default values but for codec, loss, burstiness and delay. ITU-T G.107, integers times 100.
///
/// Delay impairment by the piecewise linear fit of Cole and Rosenbluth to G.107's curve for echo-free connections.
package enum EModel {
    /// The transmission rating R ×100, 0…9320. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func rating(_ stream: StreamObservation, _ codec: CodecQuality) -> Int {
        let rating = 9320 - lossImpairment(stream, codec) - delayImpairment(stream.delay)
        return min(max(rating, 0), 9320)
    }

    /// The mean opinion score ×100, 100…441. G.107 Annex B. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func opinionScore(_ stream: StreamObservation, _ codec: CodecQuality) -> Int {
        opinionScore(rating: rating(stream, codec))
    }

    /// G.107 Annex B: MOS = 1 + 0.035 R + R (R − 60) (100 − R) 7·10⁻⁶, ×100. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func opinionScore(rating: Int) -> Int {
        guard rating > 0 else { return 100 }
        guard rating < 10_000 else { return 450 }
        let cubic = rating * (rating - 6000) * (10_000 - rating) / 1_000_000 * 7
        return max(100, 100 + (rating * 350 + cubic + 5000) / 10_000)
    }

    /// The effective equipment impairment Ie,eff of G.107 §3.5, ×100. RT safe.
    @_noAllocation @_noLocks
    static func lossImpairment(_ stream: StreamObservation, _ codec: CodecQuality) -> Int {
        guard stream.expected > 0, stream.lost > 0 else { return codec.impairment }
        let lost = Int(truncatingIfNeeded: min(stream.lost, stream.expected))
        let expected = Int(truncatingIfNeeded: stream.expected)
        let loss = lost * 10_000 / expected
        let divisor = loss * 100 / burstRatio(stream) + codec.robustness
        return codec.impairment + (9500 - codec.impairment) * loss / max(divisor, 1)
    }

    /// Mean length of a loss run over that of random loss of equal rate, ×100, at least 100. G.107 §3.5. RT safe.
    @_noAllocation @_noLocks
    static func burstRatio(_ stream: StreamObservation) -> Int {
        guard stream.lossRuns > 0, stream.lost > stream.lossRuns, stream.lost < stream.expected else { return 100 }
        let lost = Int(truncatingIfNeeded: stream.lost)
        let mean = lost * 100 / Int(truncatingIfNeeded: stream.lossRuns)
        let kept = 10_000 - lost * 10_000 / Int(truncatingIfNeeded: stream.expected)
        return max(100, mean * kept / 10_000)
    }

    /// Id ×100: 0.024 d, and 0.11 more per millisecond beyond 177.3 ms. RT safe.
    @_noAllocation @_noLocks
    static func delayImpairment(_ microseconds: UInt64) -> Int {
        let delay = Int(truncatingIfNeeded: min(microseconds, 10_000_000))
        let beyond = max(0, delay - 177_300)
        return (delay * 24 + beyond * 110) / 10_000
    }
}
