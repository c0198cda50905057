import Octets
import Rings
import Timing

/// A key that was freed, and whose it was. Nobody else gets what still arrives under it.
struct FreedKey: Sendable, BitwiseCopyable {
    var key: FlowKey
    var owner: FlowID
    /// The last sequence number seen: a stream that goes on without a pause stays refused.
    var lastSequence: UInt16
    var until: MonotonicInstant

    @_noAllocation @_noLocks
    init(key: FlowKey, owner: FlowID, lastSequence: UInt16, until: MonotonicInstant) {
        self.key = key
        self.owner = owner
        self.lastSequence = lastSequence
        self.until = until
    }
}

/// Keys that rest after their flow has gone: a ring in the order of freeing, reachable through the index.
///
/// When the ring is full the oldest key is let go early. Owner: the media thread.
struct FlowQuarantine: Sendable {
    /// How long a freed key rests.
    static var rest: TimeSpan { @_noAllocation @_noLocks get { .seconds(5) } }
    /// A freed stream that goes on rests for this long after each of its packets.
    static var pause: TimeSpan { @_noAllocation @_noLocks get { .seconds(1) } }
    /// How far ahead of its last sequence number a packet is taken to be of the same stream. RFC 3550 A.1.
    static var sequenceWindow: UInt16 { @_noAllocation @_noLocks get { 3_000 } }
    /// Freed keys looked at under one key.
    private static var candidates: Int { @_noAllocation @_noLocks get { 4 } }

    let ring: SlotArray<FreedKey>
    /// Number of the ring's first link in the index.
    let firstLink: Int
    private var first: Int
    private(set) var count: Int

    @_noAllocation @_noLocks
    init(ring: SlotArray<FreedKey>, firstLink: Int) {
        self.ring = ring
        self.firstLink = firstLink
        first = 0
        count = 0
    }

    /// Lets a key rest. RT safe: one look-up, and one more when the ring is full.
    @_noAllocation @_noLocks
    mutating func rest(_ freed: FreedKey, in index: FlowIndex) {
        if count == ring.count { release(in: index) }
        let place = (first &+ count) % ring.count
        ring[place] = freed
        guard index.insert(firstLink &+ place, under: freed.key) else { return }
        count &+= 1
    }

    /// Whether `key` rests for somebody other than `claimant`. RT safe: at most 4 candidates.
    ///
    /// - Parameter sequence: of the packet that asks, if it is RTP: it may prolong the rest.
    @_noAllocation @_noLocks
    func holds(
        _ key: FlowKey, against claimant: FlowID, sequence: UInt16?, now: MonotonicInstant, in index: FlowIndex
    ) -> Bool {
        var link = index.find(key).head
        var step = 0
        while link >= 0, step < Self.candidates {
            let place = link &- firstLink
            if ring[place].until > now, !(ring[place].owner == claimant) {
                if let sequence { prolong(place, sequence, now) }
                return true
            }
            link = index.next(after: link)
            step &+= 1
        }
        return false
    }

    /// Frees keys whose time has come. RT safe: at most 16.
    @_noAllocation @_noLocks
    mutating func expire(now: MonotonicInstant, in index: FlowIndex) {
        var step = 0
        while count > 0, step < 16, ring[first].until <= now || isProlonged(now) {
            let freed = ring[first]
            release(in: index)
            if freed.until > now { rest(freed, in: index) }
            step &+= 1
        }
    }

    /// The oldest key was prolonged beyond its first rest and stands in the way of those behind it. RT safe.
    @_noAllocation @_noLocks
    private func isProlonged(_ now: MonotonicInstant) -> Bool {
        guard count > 1 else { return false }
        return ring[(first &+ 1) % ring.count].until <= now
    }

    @_noAllocation @_noLocks
    private func prolong(_ place: Int, _ sequence: UInt16, _ now: MonotonicInstant) {
        let ahead = sequence &- ring[place].lastSequence
        guard ahead > 0, ahead < Self.sequenceWindow else { return }
        ring[place].lastSequence = sequence
        let until = now + Self.pause
        if until > ring[place].until { ring[place].until = until }
    }

    @_noAllocation @_noLocks
    private mutating func release(in index: FlowIndex) {
        index.remove(firstLink &+ first)
        first = (first &+ 1) % ring.count
        count &-= 1
    }
}
