package import Timing

/// Interarrival jitter in integers. RFC 3550 §6.4.1, A.8.
// Owner: media thread of its shard.
package struct InterarrivalJitter: Sendable, BitwiseCopyable {
    /// Sixteen times the estimate, in timestamp units.
    private var scaled: UInt32 = 0
    private var transit: UInt32 = 0
    private var lastTimestamp: UInt32 = 0
    private var hasTransit = false

    /// RT safe.
    @_noAllocation @_noLocks
    package init() {}

    /// The estimate in timestamp units. RT safe.
    package var value: UInt32 { @_noAllocation @_noLocks get { scaled >> 4 } }

    /// The estimate in microseconds. RT safe.
    @_noAllocation @_noLocks
    package func microseconds(clockRate: UInt32) -> UInt32 {
        guard clockRate > 0 else { return 0 }
        return UInt32(truncatingIfNeeded: min(UInt64(value) * 1_000_000 / UInt64(clockRate), UInt64(UInt32.max)))
    }

    /// Takes one packet. Packets of equal timestamp count once, since they say nothing of the network's timing:
    /// a telephone event's updates share theirs (RFC 4733 §2.5.1.2). RT safe, O(1).
    /// - Parameter clockRate: of the timestamp, hertz.
    @_noAllocation @_noLocks
    package mutating func receive(timestamp: UInt32, arrival: MonotonicInstant, clockRate: UInt32) {
        if hasTransit, timestamp == lastTimestamp { return }
        lastTimestamp = timestamp
        let now = InterarrivalJitter.units(arrival, clockRate: clockRate) &- timestamp
        guard hasTransit else {
            transit = now
            hasTransit = true
            return
        }
        let step = Int32(bitPattern: now &- transit)
        transit = now
        let distance = step.magnitude
        scaled = scaled &+ distance &- ((scaled &+ 8) >> 4)
    }

    /// Forgets the last packet's transit but keeps the estimate: the source's clock was set anew. RT safe.
    @_noAllocation @_noLocks
    package mutating func rebase() { hasTransit = false }

    /// An instant on a media clock, modulo 2^32. RT safe.
    @_noAllocation @_noLocks
    package static func units(_ instant: MonotonicInstant, clockRate: UInt32) -> UInt32 {
        let seconds = instant.nanoseconds / 1_000_000_000
        let rest = instant.nanoseconds % 1_000_000_000
        return UInt32(truncatingIfNeeded: seconds &* UInt64(clockRate) &+ rest * UInt64(clockRate) / 1_000_000_000)
    }
}
