import RTPSession
import Timing

/// Sequence numbers and timestamps of what we send to one side: one unbroken stream under one source of ours, however
/// often what feeds it changes. RFC 3550 §5.1, §8.1.
///
/// A feed is joined with offsets that carry its numbers on where ours stand; gaps inside a feed stay gaps, since they
/// are losses that the far end has to see. What we keep back ourselves leaves no gap.
// Owner: media thread of its shard.
struct OutgoingStream: Sendable, BitwiseCopyable {
    private var nextSequence: UInt16
    /// Timestamp and instant of the last packet that moved with time: from here others are reckoned.
    private var timestamp: UInt32
    private var anchor = MonotonicInstant(nanoseconds: 0)
    private var isAnchored = false
    private var sequenceOffset: UInt16 = 0
    private var timestampOffset: UInt32 = 0
    private var feedTimestamp: UInt32 = 0
    /// First number of the present feed, until it is far behind.
    private var floor: UInt16 = 0
    private var hasFloor = false
    /// A feed is joined: its numbers are mapped by the offsets.
    private(set) var isJoined = false

    /// A stream that begins at random numbers. RT safe.
    @_noAllocation @_noLocks
    init(sequence: UInt16, timestamp: UInt32) {
        nextSequence = sequence
        self.timestamp = timestamp
    }

    /// The least step of the timestamp from one feed to the next: 10 ms.
    private static var step: UInt32 { @_noAllocation @_noLocks get { 80 } }
    /// How far a feed's timestamp may stray from the time that passed before it is carried on anew: 5 s.
    private static var stray: UInt32 { @_noAllocation @_noLocks get { 40_000 } }

    /// The timestamp that belongs to `now`: the last one and the time since. RT safe, O(1).
    @_noAllocation @_noLocks
    func timestamp(at now: MonotonicInstant, clockRate: UInt32) -> UInt32 {
        guard isAnchored else { return timestamp }
        return timestamp &+ max(elapsed(now, clockRate), OutgoingStream.step)
    }

    /// Joins a feed at its packet `sequence`, `timestamp`. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func join(sequence: UInt16, timestamp feed: UInt32, now: MonotonicInstant, clockRate: UInt32) {
        sequenceOffset = nextSequence &- sequence
        timestampOffset = timestamp(at: now, clockRate: clockRate) &- feed
        feedTimestamp = feed
        floor = nextSequence
        hasFloor = true
        isJoined = true
    }

    /// The feed ends or pauses; the next packet joins anew. RT safe.
    @_noAllocation @_noLocks
    mutating func leave() { isJoined = false }

    /// The feed's packet in order was kept back by us: the numbers close up. RT safe.
    @_noAllocation @_noLocks
    mutating func close() { sequenceOffset &-= 1 }

    /// The numbers that the feed's packet gets, nil when it lies before the point where the feed was joined.
    /// RT safe, O(1).
    /// - Parameter paces: the packet's timestamp moves with time (audio, not an event's).
    @_noAllocation @_noLocks
    mutating func carry(
        sequence: UInt16, timestamp feed: UInt32, paces: Bool, now: MonotonicInstant, clockRate: UInt32
    ) -> (sequence: UInt16, timestamp: UInt32)? {
        let number = sequence &+ sequenceOffset
        if hasFloor, floor &- number &- 1 < 1000 { return nil }
        let ahead = number &- nextSequence
        guard ahead < 0x8000 else { return (number, feed &+ timestampOffset) }
        if paces { follow(feed, now: now, clockRate: clockRate) }
        let stamp = feed &+ timestampOffset
        sent(number, stamp, paces: paces, now: now)
        return (number, stamp)
    }

    /// The number of a packet of our own, which carries `timestamp`. RT safe, O(1).
    @_noAllocation @_noLocks
    mutating func take(timestamp: UInt32, paces: Bool, now: MonotonicInstant) -> UInt16 {
        let number = nextSequence
        isJoined = false
        sent(number, timestamp, paces: paces, now: now)
        return number
    }

    /// Carries the timestamp on with time when the feed's own jumped.
    @_noAllocation @_noLocks
    private mutating func follow(_ feed: UInt32, now: MonotonicInstant, clockRate: UInt32) {
        let passed = isAnchored ? elapsed(now, clockRate) : 0
        let strayed = Int32(bitPattern: feed &- feedTimestamp &- passed).magnitude
        feedTimestamp = feed
        guard strayed > OutgoingStream.stray else { return }
        timestampOffset = timestamp(at: now, clockRate: clockRate) &- feed
    }

    @_noAllocation @_noLocks
    private mutating func sent(_ number: UInt16, _ stamp: UInt32, paces: Bool, now: MonotonicInstant) {
        nextSequence = number &+ 1
        if paces || !isAnchored {
            timestamp = stamp
            anchor = now
            isAnchored = true
        }
        if hasFloor, number &- floor > 2000 { hasFloor = false }
    }

    @_noAllocation @_noLocks
    private func elapsed(_ now: MonotonicInstant, _ clockRate: UInt32) -> UInt32 {
        InterarrivalJitter.units(now, clockRate: clockRate) &- InterarrivalJitter.units(anchor, clockRate: clockRate)
    }
}
