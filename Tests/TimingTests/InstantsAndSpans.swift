import Testing
import Timing

@Suite("Instants and spans")
struct InstantsAndSpans {
    @Test("units agree")
    func units() {
        #expect(TimeSpan.seconds(2) == .milliseconds(2_000))
        #expect(TimeSpan.milliseconds(3) == .microseconds(3_000))
        #expect(TimeSpan.microseconds(4) == .nanoseconds(4_000))
        #expect(TimeSpan.milliseconds(1_999).wholeSeconds == 1)
        #expect(TimeSpan.milliseconds(-1_999).wholeSeconds == -1)
        #expect(TimeSpan.microseconds(2_500).wholeMilliseconds == 2)
    }

    @Test("spans add, subtract, scale and compare")
    func arithmetic() {
        #expect(TimeSpan.seconds(1) + .milliseconds(500) == .milliseconds(1_500))
        #expect(TimeSpan.seconds(1) - .milliseconds(1_500) == .milliseconds(-500))
        #expect(TimeSpan.milliseconds(500) * 64 == .seconds(32))
        #expect(2 * TimeSpan.seconds(1) / 4 == .milliseconds(500))
        #expect(-TimeSpan.seconds(1) < .zero)
        #expect(max(TimeSpan.seconds(1), .seconds(2)) == .seconds(2))
    }

    @Test("an instant plus a span minus the instant is the span")
    func instants() {
        let instant = MonotonicInstant(nanoseconds: 5_000_000_000)
        #expect(instant + .seconds(2) - instant == .seconds(2))
        #expect(instant - (instant + .seconds(2)) == .seconds(-2))
        #expect(instant + .seconds(1) > instant)
        #expect(instant - .seconds(1) <= instant)
    }

    @Test("instants stop at the ends of the clock")
    func saturation() {
        #expect(MonotonicInstant.start - .seconds(1) == .start)
        #expect(MonotonicInstant.never + .seconds(1) == .never)
        #expect(MonotonicInstant(nanoseconds: .max - 5) + .nanoseconds(6) == .never)
        #expect(MonotonicInstant(nanoseconds: 5) + .nanoseconds(-5) == .start)
    }
}

@Suite("RTP timestamps")
struct RTPTimestamps {
    @Test("the step between two timestamps goes the shorter way round the circle")
    func steps() {
        #expect(RTPTimestamp(5).samples(since: RTPTimestamp(.max)) == 6)
        #expect(RTPTimestamp(.max).samples(since: RTPTimestamp(5)) == -6)
        #expect(RTPTimestamp(.max).advanced(by: 1) == RTPTimestamp(0))
        #expect(RTPTimestamp(0).advanced(by: -1) == RTPTimestamp(.max))
    }

    @Test("time and samples convert at 8 and 48 kHz, also over days")
    func samples() {
        #expect(TimeSpan.milliseconds(20).samples(atRate: 8_000) == 160)
        #expect(TimeSpan.milliseconds(20).samples(atRate: 48_000) == 960)
        #expect(TimeSpan.seconds(864_000).samples(atRate: 48_000) == 41_472_000_000)
        #expect(TimeSpan.samples(160, atRate: 8_000) == .milliseconds(20))
        #expect(TimeSpan.samples(41_472_000_000, atRate: 48_000) == .seconds(864_000))
        #expect(TimeSpan.samples(1, atRate: 48_000) == .nanoseconds(20_833))
    }
}
