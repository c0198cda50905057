import Octets
import Rings
import Timing

extension FlowTable {
    private static let eventCapacity = 256

    /// Where the parts of a table lie in its memory.
    private struct Layout {
        let links: Int
        let buckets: Int
        let entries = 0
        let linkOffset: Int
        let bucketOffset: Int
        let ringOffset: Int
        let eventOffset: Int
        let total: Int
        let resting: Int

        init(capacity: Int) {
            func aligned(_ octets: Int) -> Int { (octets + 63) & ~63 }
            resting = max(256, capacity / 2)
            links = capacity * FlowRole.count + resting
            var size = 64
            while size < links * 2 { size *= 2 }
            buckets = size
            linkOffset = aligned(SlotArray<FlowEntry>.byteCount(count: capacity))
            bucketOffset = linkOffset + aligned(SlotArray<FlowLink>.byteCount(count: links))
            ringOffset = bucketOffset + aligned(SlotArray<FlowBucket>.byteCount(count: buckets))
            eventOffset = ringOffset + aligned(SlotArray<FreedKey>.byteCount(count: resting))
            total = eventOffset + aligned(FixedQueue<FlowEvent>.byteCount(capacity: FlowTable.eventCapacity))
        }
    }

    /// Octets of memory that a table for `capacity` terminations takes: about 1 KiB for each.
    package static func byteCount(capacity: Int) -> Int { Layout(capacity: capacity).total }

    /// Lays an empty table on memory.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(capacity:)` octets, aligned to 64, alive as long as the table; nobody else uses it.
    ///   - capacity: terminations there is room for; slots are 0 ..< capacity.
    ///   - seed: random, so that peers can't choose keys that meet in the index.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, capacity: Int, seed: UInt64) {
        let layout = Layout(capacity: capacity)
        let blank = FreedKey(
            key: FlowKey(.freed), owner: FlowID(slot: 0, generation: 0), lastSequence: 0, until: .start)
        // Why unsafe: four arrays and a queue are laid on raw memory. Why sound: the layout gives each a range
        // of its own inside the octets that the caller promised, aligned to 64.
        unsafe self.init(
            entries: SlotArray(at: memory + layout.entries, count: capacity, filledWith: FlowEntry()),
            index: FlowIndex(
                buckets: SlotArray(at: memory + layout.bucketOffset, count: layout.buckets, filledWith: .empty),
                links: SlotArray(at: memory + layout.linkOffset, count: layout.links, filledWith: FlowLink()),
                seed: seed),
            quarantine: FlowQuarantine(
                ring: SlotArray(at: memory + layout.ringOffset, count: layout.resting, filledWith: blank),
                firstLink: capacity * FlowRole.count),
            events: FixedQueue(at: memory + layout.eventOffset, capacity: Self.eventCapacity))
    }
}
