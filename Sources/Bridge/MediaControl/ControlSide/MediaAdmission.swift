import Tables
package import Timing

/// Decides whether one more call fits the media plane, so that those already admitted keep their latency.
///
/// A call reserves its worst case (both directions at their packet times) until its media has run for
/// `settling`; from then on the measured rate of the shard counts. Docs/Decisions/0003 says why. In
/// `reserved` policy the worst case counts as long as the call lasts. Pure; owner: the SIP shard.
package struct MediaAdmission: Sendable {
    package enum Policy: Sendable { case measured, reserved }

    /// Relayed packets a second that the shard can carry; 0 = not measured, everything is admitted.
    package var capacity: Int
    package let policy: Policy
    /// The part of the capacity that admission fills.
    package static let fillPercent = 85
    /// How long a new call counts with its worst case under `measured`.
    package static let settling = TimeSpan.seconds(3)

    /// Packets a second that the media plane relays now, as last measured.
    package private(set) var measured = 0
    private var young: [(since: MonotonicInstant, rate: Int)] = []
    private var youngHead = 0
    private var youngRate = 0
    private var heldRate = 0
    private var lastSample: (at: MonotonicInstant, packets: UInt64)?

    package init(capacity: Int, policy: Policy) {
        self.capacity = capacity
        self.policy = policy
    }

    /// Packets a second that a call may send through us: both directions.
    package static func worstCase(packetTimeA: Int, packetTimeB: Int) -> Int {
        1000 / max(packetTimeA, 10) + 1000 / max(packetTimeB, 10)
    }

    /// What is taken of the capacity at `now`, in packets a second.
    package mutating func load(now: MonotonicInstant) -> Int {
        expire(now: now)
        switch policy {
        case .measured: return measured + youngRate
        case .reserved: return heldRate
        }
    }

    /// Reserves `rate` packets a second for a new call. False: it does not fit.
    package mutating func admit(rate: Int, force: Bool, now: MonotonicInstant) -> Bool {
        let limit = capacity * Self.fillPercent / 100
        guard force || capacity == 0 || load(now: now) + rate <= limit else { return false }
        heldRate += rate
        youngRate += rate
        young.append((now, rate))
        return true
    }

    /// A call has ended; its reservation is free.
    package mutating func release(rate: Int) { heldRate -= rate }

    /// The shard's counter of received packets, read at `now`. Call once a second.
    package mutating func sample(packets: UInt64, now: MonotonicInstant) {
        if let last = lastSample, now > last.at, packets >= last.packets {
            let span = (now - last.at).nanoseconds
            measured = Int(Double(packets - last.packets) * 1e9 / Double(max(span, 1)))
        }
        lastSample = (now, packets)
        expire(now: now)
    }

    private mutating func expire(now: MonotonicInstant) {
        while youngHead < young.count, young[youngHead].since + Self.settling <= now {
            youngRate -= young[youngHead].rate
            youngHead += 1
        }
        if youngHead > 64, youngHead * 2 > young.count {
            young.removeFirst(youngHead)
            young.giveBack()
            youngHead = 0
        }
    }
}
