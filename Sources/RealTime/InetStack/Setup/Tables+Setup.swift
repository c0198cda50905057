import InetWire
import Octets
import Rings

extension NeighborCache {
    /// Octets of memory that a cache of `capacity` neighbours takes: 64 for each.
    package static func byteCount(capacity: Int) -> Int { SlotArray<Neighbor>.byteCount(count: capacity) }

    /// Lays an empty cache on memory.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(capacity:)` octets, aligned to 64, alive as long as the cache; nobody else uses it.
    ///   - capacity: a power of two, `window` at least.
    ///   - seed: random, so that nobody can choose addresses that meet.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, capacity: Int, seed: UInt64) {
        precondition(capacity >= Self.window && capacity & (capacity - 1) == 0, "a power of two, not too small")
        // Why unsafe: an array is laid on raw memory. Why sound: the caller promised its octets.
        unsafe self.init(slots: SlotArray(at: memory, count: capacity, filledWith: Neighbor()), seed: seed)
    }
}

extension RouteTable {
    /// Octets of memory that a table of `capacity` routes takes.
    package static func byteCount(capacity: Int) -> Int { SlotArray<Route>.byteCount(count: capacity) }

    /// Lays an empty table on memory.
    ///
    /// - Parameter memory: `byteCount(capacity:)` octets, aligned to 64, alive as long as the table; nobody else
    ///   uses it.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, capacity: Int) {
        let blank = Route(.unspecified, 128)
        // Why unsafe: an array is laid on raw memory. Why sound: the caller promised its octets.
        unsafe self.init(slots: SlotArray(at: memory, count: capacity, filledWith: blank))
    }
}
