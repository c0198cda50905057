import Billing
import MediaControl
import OfferAnswer
import Timing

/// The media plane's figures in the rows.
extension Call {
    /// What was agreed on a leg.
    func noteMedia(_ leg: Leg) {
        guard let audio = leg.audio, let codec = audio.sendCodec else { return }
        leg.record.media.codecOut = codec.codec.name
        leg.record.media.codecIn = codec.codec.name
        leg.record.media.packetMilliseconds = audio.ptime
        leg.record.media.dtmfMode = audio.telephoneEvent == nil ? .inband : .rfc4733
        if let a = caller.audio, let b = (winner ?? earlyLeg)?.audio, let bridge = try? LegBridge(a: a, b: b) {
            leg.record.media.transcoded = bridge.work != .relay
        }
    }

    /// Copies the counters of both sides into the rows, as they stand.
    func noteCounters() {
        guard let context, isMediaLive else { return }
        noteMedia(caller)
        note(engine.media.counters(of: context.id, .a), in: caller)
        guard let winner else { return }
        noteMedia(winner)
        note(engine.media.counters(of: context.id, .b), in: winner)
    }

    private func note(_ counters: TerminationCounters?, in leg: Leg) {
        guard let counters else { return }
        leg.record.media.take(counters)
        leg.record.times.lastRTPIn = counters.packetsIn > 0 ? engine.wallTime(of: counters.lastIn) : nil
        leg.record.times.lastRTPOut = counters.packetsOut > 0 ? engine.wallTime(of: counters.lastOut) : nil
    }
}

extension CallEngine {
    /// The wall time of a moment on the monotonic clock, by the present distance of the two.
    func wallTime(of instant: MonotonicInstant) -> WallInstant { wall - (now - instant) }
}

extension LegMedia {
    fileprivate mutating func take(_ counters: TerminationCounters) {
        packetsReceived = counters.packetsIn
        packetsSent = counters.packetsOut
        octetsReceived = counters.octetsIn
        octetsSent = counters.octetsOut
        lost = Int32(clamping: counters.lostIn)
        lateDiscarded = counters.lateIn
        duplicates = counters.duplicatesIn
        reordered = counters.reorderedIn
        if counters.jitterInSamples > 0 {
            jitterMeanMicroseconds = UInt32(clamping: counters.jitterInSum / UInt64(counters.jitterInSamples))
            jitterMaxMicroseconds = counters.jitterInMax
        }
        roundTripMilliseconds = counters.roundTrip > 0 ? counters.roundTrip / 1_000 : nil
        mosTimes100 = counters.mosIn > 0 ? counters.mosIn : nil
        mosRemoteTimes100 = counters.mosRemote > 0 ? counters.mosRemote : nil
        egressJitterP999Microseconds = counters.packetsOut > 0 ? counters.egressLatenessP999 : nil
    }
}
