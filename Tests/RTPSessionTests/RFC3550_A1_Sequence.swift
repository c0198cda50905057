import RTP
import RTPSession
import Testing

/// Feeds numbers to a source that begins at the first.
func source(_ sequences: [UInt16], probation: UInt8 = SourceState.minSequential) -> (SourceState, [SequenceVerdict]) {
    var state = SourceState(ssrc: SSRC(1), firstSequence: sequences.first ?? 0, probation: probation)
    let verdicts = sequences.map { state.receive(sequence: $0) }
    return (state, verdicts)
}

@Suite("RFC 3550 A.1 sequence numbers")
struct RFC3550_A1_Sequence {
    @Test("a source is proven by its second packet in sequence, and counted from it")
    func probation() {
        let (state, verdicts) = source([10, 11, 12])
        #expect(verdicts == [.probation, .inOrder, .inOrder])
        #expect(state.isProven && state.received == 2 && state.expected == 2 && state.lost == 0)
    }

    @Test("out of sequence the probation starts again")
    func probationAgain() {
        let (state, verdicts) = source([10, 20, 30, 31])
        #expect(verdicts == [.probation, .probation, .probation, .inOrder])
        #expect(state.isProven)
    }

    @Test("without probation the first packet counts")
    func noProbation() {
        let (state, verdicts) = source([10, 11], probation: 0)
        #expect(state.expected == 2 && verdicts.last == .inOrder)
    }

    @Test("wraps are counted as cycles, for as long as the call lasts")
    func wraps() {
        var state = SourceState(ssrc: SSRC(1), firstSequence: 65_000)
        for step in 0..<1_000_000 { _ = state.receive(sequence: UInt16(truncatingIfNeeded: 65_000 + step)) }
        #expect(state.expected == 999_999 && state.received == 999_999 && state.lost == 0)
        #expect(state.extendedNewest == 65_000 + 999_999)
        #expect(state.highestSequence == UInt32(65_000 + 999_999))
    }

    @Test("a gap is loss, a late packet heals it, a second copy is a duplicate")
    func reordering() {
        let (state, verdicts) = source([1, 2, 4, 5, 3, 3, 5])
        #expect(verdicts == [.probation, .inOrder, .inOrder, .inOrder, .reordered, .duplicate, .duplicate])
        #expect(state.reordered == 1 && state.duplicates == 2)
        #expect(state.lost == -2)
    }

    @Test("reordering across the wrap stays in its cycle")
    func reorderedWrap() {
        let (state, verdicts) = source([65_533, 65_534, 0, 65_535, 1])
        #expect(verdicts.last == .inOrder && verdicts[3] == .reordered)
        #expect(state.lost == 0 && state.highestSequence == 0x1_0001)
    }

    @Test("a packet far behind is a stray; two in sequence there are a restart that keeps the loss so far")
    func restart() {
        let (state, verdicts) = source([100, 101, 105, 40_000, 106, 50_000, 50_001, 50_002])
        #expect(verdicts[3] == .jump && verdicts[4] == .inOrder)
        #expect(verdicts[5] == .jump && verdicts[6] == .restarted && verdicts[7] == .inOrder)
        #expect(state.restarts == 1 && state.lost == 3)
        #expect(state.expected == 2)
    }

    @Test("up to 2,999 packets may be missing without a jump")
    func dropout() {
        #expect(source([1, 2, 3001]).1.last == .inOrder)
        #expect(source([1, 2, 3002]).1.last == .jump)
    }

    @Test("up to 99 behind is late, beyond is a stray")
    func misorder() {
        let run = (1000...1200).map { UInt16($0) }
        #expect(source(run + [1101]).1.last == .reordered)
        #expect(source(run + [1100]).1.last == .jump)
    }

    @Test("runs of loss are counted: their number and their sum")
    func runs() {
        let (state, _) = source([1, 2, 5, 6, 8])
        #expect(state.lossRuns == 2 && state.lostInRuns == 3)
    }
}

@Suite("RFC 3550 A.3 loss")
struct RFC3550_A3_Loss {
    @Test("the fraction is of the interval, in 1/256, and never negative")
    func fraction() {
        var state = SourceState(ssrc: SSRC(1), firstSequence: 0, probation: 0)
        for sequence in 0..<100 where sequence % 4 != 3 { _ = state.receive(sequence: UInt16(sequence)) }
        #expect(state.takeFractionLost() == UInt8(24 * 256 / 99))
        #expect(state.takeFractionLost() == 0)
        for _ in 0..<10 { _ = state.receive(sequence: 98) }
        #expect(state.takeFractionLost() == 0)
        #expect(state.cumulativeLost == 14)
    }

    @Test("total loss in an interval is 255, not 256")
    func everything() {
        var state = SourceState(ssrc: SSRC(1), firstSequence: 0, probation: 0)
        _ = state.receive(sequence: 0)
        _ = state.takeFractionLost()
        _ = state.receive(sequence: 2000)
        #expect(state.takeFractionLost() == 255)
    }
}
