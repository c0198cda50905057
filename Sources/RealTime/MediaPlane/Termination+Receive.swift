import MediaControl
import Octets
import RTP
import RTPSession
import Timing

/// One RTP packet as its termination took it.
struct Reception: Sendable, BitwiseCopyable {
    let kind: PayloadKind
    let verdict: SequenceVerdict
    /// It is the first of a source, or the first after the source began anew.
    let isNewFeed: Bool

    @_noAllocation @_noLocks
    init(kind: PayloadKind, verdict: SequenceVerdict, isNewFeed: Bool) {
        self.kind = kind
        self.verdict = verdict
        self.isNewFeed = isNewFeed
    }
}

extension Termination {
    /// Counts a packet of this side's far end and judges its sequence number. RFC 3550 A.1, A.8. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func receive(_ header: RTPHeader, octets: Int, arrival: MonotonicInstant) -> Reception {
        countArrival(header, octets, arrival)
        var isNewFeed = false
        if !hasSource || source.ssrc.value != header.ssrc.value {
            changeSource(to: header)
            isNewFeed = true
        }
        let verdict = source.receive(sequence: header.sequence)
        let kind = kind(of: header.payloadType)
        switch verdict {
        case .restarted:
            source.jitter.rebase()
            digitsIn = DigitReceiver()
            isNewFeed = true
        case .jump, .duplicate:
            return Reception(kind: kind, verdict: verdict, isNewFeed: isNewFeed)
        case .inOrder, .reordered, .probation:
            break
        }
        switch kind {
        case .audio, .noise:
            source.jitter.receive(timestamp: header.timestamp, arrival: arrival, clockRate: wanted.clockRate)
        case .event, .unknown:
            break
        }
        return Reception(kind: kind, verdict: verdict, isNewFeed: isNewFeed)
    }

    @_noAllocation @_noLocks
    private mutating func countArrival(_ header: RTPHeader, _ octets: Int, _ arrival: MonotonicInstant) {
        if counters.packetsIn == 0 { counters.firstIn = arrival }
        counters.packetsIn &+= 1
        counters.octetsIn &+= UInt64(truncatingIfNeeded: octets)
        counters.lastIn = arrival
        counters.lastPayloadType = header.payloadType.value
        isChanged = true
    }

    /// The far end sends under another name: what the old source lost stays counted. RFC 3550 §8.2.
    @_noAllocation @_noLocks
    private mutating func changeSource(to header: RTPHeader) {
        if hasSource {
            lostEarlier += source.lost
            expectedEarlier += source.expected
            duplicatesEarlier &+= source.duplicates
            reorderedEarlier &+= source.reordered
        }
        source = SourceState(ssrc: header.ssrc, firstSequence: header.sequence)
        digitsIn = DigitReceiver()
        counters.remoteSSRC = header.ssrc.value
        hasSource = true
    }

    /// Counts a packet that arrived and was not used. RT safe.
    @_noAllocation @_noLocks
    mutating func refuse() {
        counters.refusedIn &+= 1
        isChanged = true
    }

    /// Counts a packet that goes to the far end. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func send(_ header: RTPHeader, octets: Int, now: MonotonicInstant) {
        sender.send(timestamp: header.timestamp, payloadCount: Int(header.payloadCount), now: now)
        counters.packetsOut &+= 1
        counters.octetsOut &+= UInt64(truncatingIfNeeded: octets)
        counters.lastOut = now
        isChanged = true
    }
}
