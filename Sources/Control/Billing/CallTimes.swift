package import Timing

/// The instants and durations of a leg. Instants are UTC microseconds, durations come from the monotonic clock.
package struct CallTimes: Hashable, Sendable {
    package var invite: WallInstant
    /// The first 18x.
    package var progress: WallInstant?
    /// The first 18x with a session description.
    package var earlyMedia: WallInstant?
    /// The first 200 sent to the caller.
    package var answer: WallInstant?
    package var end: WallInstant?
    /// The last packet from the leg's peer.
    package var lastRTPIn: WallInstant?
    /// The last packet to the leg's peer.
    package var lastRTPOut: WallInstant?
    /// Talk time by the monotonic clock; it wins over the difference of `end` and `answer`.
    package var talkNanoseconds: Int64 = 0
    /// Post-dial delay: INVITE to the first 18x.
    package var postDialMilliseconds: UInt32?
    /// The first 180 to answer or end.
    package var ringMilliseconds: UInt32?
    package var holdMilliseconds: UInt32 = 0

    package init(invite: WallInstant) { self.invite = invite }

    package var talkMilliseconds: Int64 { talkNanoseconds / 1_000_000 }
}
