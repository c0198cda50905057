import RTP
import RTPSession
import Testing
import Timing

@Suite("RFC 3550 §6.4.1, A.8 interarrival jitter")
struct RFC3550_A8_Jitter {
    /// The RFC's formula in floating point.
    private struct Reference {
        var jitter = 0.0
        var transit: Double?

        mutating func receive(timestamp: Double, arrivalUnits: Double) {
            let now = arrivalUnits - timestamp
            if let transit { jitter += (abs(now - transit) - jitter) / 16 }
            transit = now
        }
    }

    @Test("integer arithmetic follows the formula within a unit, also across the wrap of the timestamp")
    func formula() {
        var jitter = InterarrivalJitter()
        var reference = Reference()
        var generator = SmallGenerator(seed: 3)
        for step in 0..<5000 {
            let shift = Int64(generator.next(below: 8_000_000))
            let nanoseconds = UInt64(1_000_000_000_000_000) + UInt64(step) * 20_000_000 + UInt64(shift)
            let timestamp = UInt32.max - 1000 &+ UInt32(step) &* 160
            jitter.receive(
                timestamp: timestamp, arrival: MonotonicInstant(nanoseconds: nanoseconds), clockRate: 8000)
            let units: Double = Double(nanoseconds % 1_000_000_000_000) * 8e-6
            reference.receive(timestamp: Double(step) * 160, arrivalUnits: units.rounded(.down))
            let difference: Double = Double(jitter.value) - reference.jitter
            #expect(abs(difference) < 1.5)
        }
        #expect(jitter.value > 15 && jitter.value < 30)
        #expect(jitter.microseconds(clockRate: 8000) == jitter.value * 125)
    }

    @Test("an even stream has none, however late in the machine's life")
    func even() {
        var jitter = InterarrivalJitter()
        let start: UInt64 = 400 * 24 * 3600 * 1_000_000_000
        for step in 0..<1000 {
            jitter.receive(
                timestamp: UInt32(step * 160),
                arrival: MonotonicInstant(nanoseconds: start + UInt64(step) * 20_000_000),
                clockRate: 8000)
        }
        #expect(jitter.value == 0)
    }

    @Test("updates of one event, which share its timestamp, count once")
    func events() {
        var jitter = InterarrivalJitter()
        for step in 0..<50 {
            jitter.receive(
                timestamp: 160, arrival: MonotonicInstant(nanoseconds: UInt64(step) * 50_000_000), clockRate: 8000)
        }
        #expect(jitter.value == 0)
    }
}

@Suite("RFC 3550 §6.4.1 round trip and sender's clock")
struct RFC3550_6_4_1_Clock {
    private func instant(_ milliseconds: Int) -> MonotonicInstant { .start + .milliseconds(1_000_000 + milliseconds) }

    @Test("the RFC's own example: 6.125 s")
    func example() throws {
        let block = ReportBlock(
            ssrc: SSRC(1), fractionLost: 0, cumulativeLost: 0, highestSequence: 0, jitter: 0,
            lastSR: 0xb705_2000, delaySinceLastSR: 0x0005_4000)
        #expect(try #require(RoundTrip.microseconds(arrival: 0xb710_8000, block)) == 6_125_000)
    }

    @Test("no LSR, or a negative time, gives none")
    func none() {
        var block = ReportBlock(
            ssrc: SSRC(1), fractionLost: 0, cumulativeLost: 0, highestSequence: 0, jitter: 0, lastSR: 0,
            delaySinceLastSR: 0)
        #expect(RoundTrip.microseconds(arrival: 5, block) == nil)
        block.lastSR = 0x10_0000
        block.delaySinceLastSR = 0x1_0000
        #expect(RoundTrip.microseconds(arrival: 0x10_8000, block) == nil)
    }

    @Test("NTP time follows the wall clock it was aligned with")
    func alignment() {
        var clock = NTPClock()
        clock.align(WallInstant(microseconds: 1_767_323_045_000_006), at: instant(0))
        let seconds = UInt64(1_767_323_045 + 2_208_988_800)
        let fraction: UInt64 = (500_006 << 32) / 1_000_000
        #expect(clock.timestamp(at: instant(1500)) >> 32 == seconds + 1)
        #expect(clock.timestamp(at: instant(1500)) & 0xffff_ffff == fraction)
        #expect(clock.timestamp(at: instant(-500)) >> 32 == seconds - 1)
    }

    @Test("LSR and DLSR are those of the last SR; before it both are 0")
    func mark() {
        var mark = SenderReportMark()
        #expect(mark.lastSR == 0 && mark.delay(now: instant(0)) == 0)
        mark.receive(
            SenderInfo(ntpTimestamp: 0x1_2345_6789_abcd, rtpTimestamp: 0, packetCount: 0, octetCount: 0), at: instant(0)
        )
        #expect(mark.lastSR == 0x2345_6789)
        #expect(mark.delay(now: instant(2500)) == 0x2_8000)
    }

    @Test("a sender report's RTP time is the last packet's carried on; SR is due for two reports after a packet")
    func sender() {
        var sender = SenderState(ssrc: SSRC(4))
        #expect(!sender.isActive)
        sender.send(timestamp: 1000, payloadCount: 160, now: instant(0))
        let info = sender.report(now: instant(250), clock: NTPClock(), clockRate: 8000)
        #expect(info.rtpTimestamp == 3000 && info.packetCount == 1 && info.octetCount == 160)
        #expect(sender.isActive)
        sender.reported()
        #expect(sender.isActive)
        sender.reported()
        #expect(!sender.isActive)
    }
}
