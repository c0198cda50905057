package import RTP
package import Timing

/// What we send under one source name: counts, and how the media clock stands to time. RFC 3550 §6.4.1.
// Owner: media thread of its shard.
package struct SenderState: Sendable, BitwiseCopyable {
    package let ssrc: SSRC
    package private(set) var packets: UInt64 = 0
    /// Payload octets, without header and padding.
    package private(set) var octets: UInt64 = 0
    package private(set) var lastSent = MonotonicInstant(nanoseconds: 0)
    private var lastTimestamp: UInt32 = 0
    private var packetsAtReport: UInt64 = 0
    private var packetsAtReportBefore: UInt64 = 0

    /// RT safe.
    @_noAllocation @_noLocks
    package init(ssrc: SSRC) { self.ssrc = ssrc }

    /// Notes a packet that leaves at `now`. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func send(timestamp: UInt32, payloadCount: Int, now: MonotonicInstant) {
        packets += 1
        octets += UInt64(truncatingIfNeeded: payloadCount)
        lastTimestamp = timestamp
        lastSent = now
    }

    /// Whether a packet was sent since the report before the last: then an SR is due, else an RR. RFC 3550 §6.4.
    /// RT safe.
    package var isActive: Bool { @_noAllocation @_noLocks get { packets > packetsAtReportBefore } }

    /// Notes that a report of either kind went out. RT safe.
    @_noAllocation @_noLocks
    package mutating func reported() {
        packetsAtReportBefore = packetsAtReport
        packetsAtReport = packets
    }

    /// The sender information for a report at `now`; the RTP timestamp is the last packet's, carried on to `now`.
    /// RT safe, O(1).
    @_noAllocation @_noLocks
    package func report(now: MonotonicInstant, clock: NTPClock, clockRate: UInt32) -> SenderInfo {
        let since =
            InterarrivalJitter.units(now, clockRate: clockRate)
            &- InterarrivalJitter.units(lastSent, clockRate: clockRate)
        return SenderInfo(
            ntpTimestamp: clock.timestamp(at: now), rtpTimestamp: lastTimestamp &+ since,
            packetCount: UInt32(truncatingIfNeeded: packets), octetCount: UInt32(truncatingIfNeeded: octets))
    }
}
