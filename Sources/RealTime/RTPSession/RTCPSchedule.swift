package import Timing

/// When the next RTCP datagram of one session is due. RFC 3550 §6.2, §6.3, A.7.
///
/// Intervals are randomised over [0.5, 1.5] and divided by e − 1.5, the first one uses half the minimum, and a timer
/// that fires too early for what is known by then is put off (timer reconsideration).
// Owner: media thread of its shard.
package struct RTCPSchedule: Sendable, BitwiseCopyable {
    /// What to do when the timer fires.
    package enum Decision: Sendable, BitwiseCopyable {
        /// Send a report now; `next` says when the timer fires again.
        case send
        /// Not yet: `next` says when.
        case later
    }

    /// When the timer fires. RFC 3550's tn.
    package private(set) var next: MonotonicInstant
    /// When the last report was sent. RFC 3550's tp.
    private var previous: MonotonicInstant
    private let minimum: Int64
    private var isInitial = true
    private var members: UInt32 = 1
    private var membersBefore: UInt32 = 1
    /// Sixteen times the average datagram, octets with UDP and IP headers.
    private var averageSize: UInt32 = 16 * 128
    private var generator: SmallGenerator

    /// Octets a second for RTCP: 5 % of two G.711 streams with their headers. RFC 3550 §6.2.
    private static var bandwidth: Int64 { @_noAllocation @_noLocks get { 1000 } }

    /// A session that begins at `now`. RT safe.
    /// - Parameter minimum: the smallest mean interval; 5 s by the RFC.
    @_noAllocation @_noLocks
    package init(now: MonotonicInstant, minimum: TimeSpan, seed: UInt64) {
        self.minimum = max(minimum.nanoseconds, 1_000_000)
        previous = now
        next = now
        generator = SmallGenerator(seed: seed)
        next = now + interval()
    }

    /// The timer fired at `now`. A.7 OnExpire. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func expire(now: MonotonicInstant) -> Decision {
        let due = previous + interval()
        membersBefore = members
        guard due <= now else {
            next = due
            return .later
        }
        previous = now
        isInitial = false
        next = now + interval()
        return .send
    }

    /// A datagram was sent or received: `octets` with UDP and IP headers. §6.3.3. RT safe.
    @_noAllocation @_noLocks
    package mutating func note(octets: Int) {
        averageSize = averageSize - averageSize / 16 + UInt32(truncatingIfNeeded: min(max(octets, 0), 65_535))
    }

    /// `count` participants are known, ourselves included. Fewer than before bring the timer forward (reverse
    /// reconsideration, §6.3.4). RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func setMembers(_ count: UInt32, now: MonotonicInstant) {
        members = max(1, count)
        guard members < membersBefore else { return }
        let share = Int64(members)
        let whole = Int64(membersBefore)
        let ahead = max(0, (next - now).nanoseconds)
        let behind = max(0, (now - previous).nanoseconds)
        next = now + TimeSpan(nanoseconds: ahead / whole * share)
        previous = now - TimeSpan(nanoseconds: behind / whole * share)
        membersBefore = members
    }

    /// A fresh randomised interval. A.7 rtcp_interval: with so few members the senders' share never matters.
    /// RT safe, O(1).
    @_noAllocation @_noLocks
    private mutating func interval() -> TimeSpan {
        let floor = isInitial ? minimum / 2 : minimum
        let load = Int64(averageSize / 16) * Int64(members) * 1_000_000_000 / RTCPSchedule.bandwidth
        let mean = max(floor, load)
        let factor = 500_000 + Int64(generator.next(below: 1_000_001))
        return TimeSpan(nanoseconds: mean / 1_000_000 * factor / 121_828 * 100_000)
    }
}
