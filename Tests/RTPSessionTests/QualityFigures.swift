import RTPSession
import Testing
import Timing

@Suite("ITU-T G.107 E-model")
struct ITU_G107_EModel {
    private func observe(expected: UInt64 = 10_000, lost: UInt64 = 0, runs: UInt64 = 0, delay: UInt64 = 0)
        -> StreamObservation
    {
        StreamObservation(expected: expected, lost: lost, lossRuns: runs, delay: delay)
    }

    @Test("an undisturbed G.711 call: R 93.2, MOS 4.41")
    func best() {
        #expect(EModel.rating(observe(), .g711) == 9320)
        #expect(EModel.opinionScore(observe(), .g711) == 441)
    }

    @Test(
        "Annex B: R to MOS",
        arguments: [(0, 100), (5000, 258), (6000, 310), (7000, 360), (8000, 402), (9000, 434), (10_000, 450)])
    func annexB(rating: Int, score: Int) {
        #expect(abs(EModel.opinionScore(rating: rating) - score) <= 1)
    }

    @Test("random loss with Bpl 4.3 and 25.1: Ie,eff = 95 Ppl / (Ppl + Bpl)", arguments: [1, 2, 5, 10, 20])
    func randomLoss(percent: Int) {
        let stream = observe(lost: UInt64(percent * 100))
        for codec in [CodecQuality.g711, .g711WithoutConcealment] {
            let effective = 95.0 * Double(percent) / (Double(percent) + Double(codec.robustness) / 100)
            let computed = Double(9320 - EModel.rating(stream, codec)) / 100
            #expect(abs(computed - effective) < 0.05)
        }
    }

    @Test("loss in bursts is worse than the same loss at random")
    func bursts() {
        let random = EModel.rating(observe(lost: 300), .g711)
        let bursty = EModel.rating(observe(lost: 300, runs: 50), .g711)
        #expect(bursty < random)
        // Mean run 6 of 3 % loss: BurstR = 6 × 0.97 = 5.82; Ie,eff = 95 × 3 / (3 / 5.82 + 25.1).
        let effective: Double = 95.0 * 3.0 / (3.0 / 5.82 + 25.1)
        let computed = Double(9320 - bursty) / 100
        #expect(abs(computed - effective) < 0.05)
    }

    @Test("delay beyond 177.3 ms costs more", arguments: [(100_000, 240), (177_300, 425), (300_000, 2069)])
    func delay(microseconds: UInt64, impairment: Int) {
        #expect(abs(9320 - EModel.rating(observe(delay: microseconds), .g711) - impairment) <= 1)
    }

    @Test("figures without sense stay inside the scale")
    func extremes() {
        let worst = observe(expected: 10, lost: 500, runs: 1, delay: .max)
        #expect(EModel.rating(worst, .g711) == 0)
        #expect(EModel.opinionScore(worst, .g711) == 100)
        #expect(EModel.opinionScore(observe(expected: 0, lost: 5), .g711) == 441)
    }
}

@Suite("Lateness of our own sending")
struct LatenessFigures {
    private let due = MonotonicInstant(nanoseconds: 1_000_000_000)

    @Test("p99.9 and the longest, each within its bucket's width of a half")
    func percentiles() {
        var record = LatenessRecord()
        for step in 1...1000 { record.record(due: due, sent: due + .microseconds(step)) }
        #expect(record.longest == 1_000_000)
        for permille in [100, 500, 900, 999] as [UInt32] {
            let figure = record.microseconds(permille: permille)
            #expect(figure >= permille && figure <= permille * 3 / 2 + 1)
        }
    }

    @Test("early sending is no lateness; beyond the last bucket the longest stands")
    func edges() {
        var record = LatenessRecord()
        record.record(due: due, sent: due - .milliseconds(3))
        #expect(record.microseconds(permille: 999) == 0)
        record.record(due: due, sent: due + .seconds(2))
        #expect(record.microseconds(permille: 1000) == 2_000_000)
    }

    @Test("a million packets keep their shares although buckets are halved")
    func halving() {
        var record = LatenessRecord()
        for step in 0..<1_000_000 {
            record.record(due: due, sent: due + .microseconds(step % 100 == 0 ? 5000 : 10))
        }
        #expect(record.microseconds(permille: 980) <= 11)
        #expect(record.microseconds(permille: 995) >= 5000 * 2 / 3)
    }
}
