package import RTP
package import Timing

/// The last SR of a source and when it came: what LSR and DLSR of our reports are made of. RFC 3550 §6.4.1.
// Owner: media thread of its shard.
package struct SenderReportMark: Sendable, BitwiseCopyable {
    private var middle: UInt32 = 0
    private var arrival = MonotonicInstant(nanoseconds: 0)
    private var isSet = false

    /// RT safe.
    @_noAllocation @_noLocks
    package init() {}

    /// Notes an SR. RT safe.
    @_noAllocation @_noLocks
    package mutating func receive(_ info: SenderInfo, at now: MonotonicInstant) {
        middle = info.middle
        arrival = now
        isSet = true
    }

    /// LSR: 0 before the first SR. RT safe.
    package var lastSR: UInt32 { @_noAllocation @_noLocks get { isSet ? middle : 0 } }

    /// DLSR at `now`, in 1/65,536 s; 0 before the first SR. RT safe.
    @_noAllocation @_noLocks
    package func delay(now: MonotonicInstant) -> UInt32 {
        guard isSet, now > arrival else { return 0 }
        return NTPClock.short(nanoseconds: now.nanoseconds - arrival.nanoseconds)
    }
}

/// Round trip from a report block about our stream. RFC 3550 §6.4.1.
package enum RoundTrip {
    /// Microseconds; nil when the block has no LSR, or when its figures give a negative or absurd (> 60 s) time.
    /// RT safe, O(1).
    /// - Parameter arrival: the block's arrival as the middle 32 bits of our NTP clock.
    @_noAllocation @_noLocks
    package static func microseconds(arrival: UInt32, _ block: ReportBlock) -> UInt32? {
        guard block.lastSR != 0 else { return nil }
        let span = arrival &- block.lastSR &- block.delaySinceLastSR
        guard span < 60 << 16 else { return nil }
        return UInt32(truncatingIfNeeded: (UInt64(span) * 1_000_000) >> 16)
    }
}
