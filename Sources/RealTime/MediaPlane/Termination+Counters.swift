import MediaControl
import RTP
import RTPSession
import Timing

extension Termination {
    /// Brings the counters up to date for publishing. RT safe, at most 34 steps.
    @_noAllocation @_noLocks
    mutating func updateCounters() {
        if hasSource {
            counters.lostIn = lostEarlier + source.lost
            counters.duplicatesIn = duplicatesEarlier &+ source.duplicates
            counters.reorderedIn = reorderedEarlier &+ source.reordered
            sampleJitter()
            counters.mosIn = opinionOfReceived()
        }
        counters.egressLatenessMax = UInt32(truncatingIfNeeded: min(lateness.longest / 1000, UInt64(UInt32.max)))
        counters.egressLatenessP999 = lateness.microseconds(permille: 999)
        isChanged = false
    }

    @_noAllocation @_noLocks
    private mutating func sampleJitter() {
        let jitter = source.jitter.microseconds(clockRate: wanted.clockRate)
        counters.jitterIn = jitter
        counters.jitterInMax = max(counters.jitterInMax, jitter)
        counters.jitterInSum &+= UInt64(jitter)
        counters.jitterInSamples &+= 1
    }

    /// G.107 for what we receive: late packets count as lost, delay is half the round trip, packet time and jitter.
    @_noAllocation @_noLocks
    private func opinionOfReceived() -> UInt16 {
        let expected = expectedEarlier + source.expected
        guard expected > 0 else { return 0 }
        let lost = UInt64(max(0, counters.lostIn)) + UInt64(counters.lateIn)
        let delay =
            UInt64(counters.roundTrip) / 2 + UInt64(wanted.packetTime) * 1000 + 4 * UInt64(counters.jitterIn)
        let observed = StreamObservation(
            expected: expected, lost: lost, lossRuns: UInt64(source.lossRuns), delay: delay)
        return UInt16(truncatingIfNeeded: EModel.opinionScore(observed, .g711))
    }

    /// Takes what the far end says of our stream. RFC 3550 §6.4.1. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func takeReport(_ block: ReportBlock, arrival: UInt32) {
        if counters.remoteReports < .max { counters.remoteReports += 1 }
        counters.lostRemote = block.cumulativeLost
        let jitter = UInt64(block.jitter) * 1_000_000 / UInt64(max(wanted.clockRate, 1))
        counters.jitterRemote = UInt32(truncatingIfNeeded: min(jitter, UInt64(UInt32.max)))
        if let roundTrip = RoundTrip.microseconds(arrival: arrival, block) { counters.roundTrip = roundTrip }
        let delay =
            UInt64(counters.roundTrip) / 2 + UInt64(wanted.packetTime) * 1000 + 4 * UInt64(counters.jitterRemote)
        let observed = StreamObservation(
            expected: sender.packets, lost: UInt64(max(0, block.cumulativeLost)), lossRuns: 0, delay: delay)
        counters.mosRemote = UInt16(truncatingIfNeeded: EModel.opinionScore(observed, .g711))
        isChanged = true
    }
}
