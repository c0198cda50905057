import Octets
import Rings

/// One occupied or empty place of the index's table.
struct FlowBucket: Sendable, BitwiseCopyable {
    var key: FlowKey
    /// Links under this key; 0 = the place is empty.
    var count: UInt16
    /// The link that was added last.
    var head: Int32

    @_noAllocation @_noLocks
    init(key: FlowKey, count: UInt16, head: Int32) {
        self.key = key
        self.count = count
        self.head = head
    }

    static var empty: FlowBucket {
        @_noAllocation @_noLocks get { FlowBucket(key: FlowKey(.stream), count: 0, head: -1) }
    }
}

/// One use of a key by its owner; the owner's number and role make the link's number.
struct FlowLink: Sendable, BitwiseCopyable {
    var key: FlowKey
    var isLinked: Bool
    var next: Int32
    var previous: Int32

    @_noAllocation @_noLocks
    init() {
        key = FlowKey(.stream)
        isLinked = false
        next = -1
        previous = -1
    }
}

/// Keys to lists of links: open addressing with linear probing, deletion by shifting back.
///
/// The table has room for twice the links that can exist, so that runs of taken places stay short; the seed
/// keeps them so whatever peers send. A key that would lie further than `probeLimit` from its place is
/// refused. Owner: the media thread.
struct FlowIndex: Sendable {
    /// Places that a look-up visits at most.
    static var probeLimit: Int { @_noAllocation @_noLocks get { 64 } }

    let buckets: SlotArray<FlowBucket>
    let links: SlotArray<FlowLink>
    let seed: UInt64

    @_noAllocation @_noLocks
    init(buckets: SlotArray<FlowBucket>, links: SlotArray<FlowLink>, seed: UInt64) {
        self.buckets = buckets
        self.links = links
        self.seed = seed
    }

    private var mask: Int { @_noAllocation @_noLocks @inline(__always) get { buckets.count &- 1 } }

    @_noAllocation @_noLocks
    @inline(__always)
    private func home(of key: FlowKey) -> Int { Int(truncatingIfNeeded: key.hash(seed: seed)) & mask }

    /// The place of `key`, or the empty one where it would go; nil if there is neither within the limit.
    /// RT safe: at most `probeLimit` places.
    @_noAllocation @_noLocks
    @inline(__always)
    private func place(of key: FlowKey) -> Int? {
        var place = home(of: key)
        var step = 0
        while step < Self.probeLimit {
            if buckets[place].count == 0 || buckets[place].key == key { return place }
            place = (place &+ 1) & mask
            step &+= 1
        }
        return nil
    }

    /// How many links the key has, and the youngest of them (-1 if none). RT safe: one look-up.
    @_noAllocation @_noLocks
    @inline(__always)
    func find(_ key: FlowKey) -> (count: Int, head: Int) {
        guard let place = place(of: key), buckets[place].count > 0 else { return (0, -1) }
        return (Int(buckets[place].count), Int(buckets[place].head))
    }

    /// Puts `link` under `key`; false if the table or the list is full. RT safe: one look-up.
    @_noAllocation @_noLocks
    func insert(_ link: Int, under key: FlowKey) -> Bool {
        precondition(!links[link].isLinked, "a link has one key")
        guard let place = place(of: key), buckets[place].count < .max else { return false }
        let head = buckets[place].count == 0 ? -1 : buckets[place].head
        links[link].key = key
        links[link].isLinked = true
        links[link].next = head
        links[link].previous = -1
        if head >= 0 { links[Int(head)].previous = Int32(truncatingIfNeeded: link) }
        buckets[place].key = key
        buckets[place].count &+= 1
        buckets[place].head = Int32(truncatingIfNeeded: link)
        return true
    }

    /// Takes `link` from its key, if it has one. RT safe: one look-up, and the run of taken places behind.
    @_noAllocation @_noLocks
    func remove(_ link: Int) {
        guard links[link].isLinked else { return }
        let next = links[link].next
        let previous = links[link].previous
        links[link].isLinked = false
        if next >= 0 { links[Int(next)].previous = previous }
        if previous >= 0 { links[Int(previous)].next = next }
        guard let place = place(of: links[link].key) else { return }
        buckets[place].count &-= 1
        if previous < 0 { buckets[place].head = next }
        if buckets[place].count == 0 { close(gap: place) }
    }

    /// The link after `link` under the same key; -1 at the end. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    func next(after link: Int) -> Int { Int(links[link].next) }

    /// The key that `link` is under; nil if none. RT safe.
    @_noAllocation @_noLocks
    func key(of link: Int) -> FlowKey? { links[link].isLinked ? links[link].key : nil }

    /// Moves what follows an emptied place back, so that every key stays reachable from its home.
    /// RT safe: bounded by the run of taken places, which the load of at most 1/2 keeps below `probeLimit` in practice.
    @_noAllocation @_noLocks
    private func close(gap: Int) {
        var hole = gap
        var place = (gap &+ 1) & mask
        while buckets[place].count > 0 {
            let distance = (place &- home(of: buckets[place].key)) & mask
            if distance >= (place &- hole) & mask {
                buckets[hole] = buckets[place]
                hole = place
            }
            place = (place &+ 1) & mask
        }
        buckets[hole] = .empty
    }
}
