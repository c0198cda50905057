import InetWire
import Octets
import Rings
import Timing

extension NeighborCache {
    /// Octets of memory that a cache takes.
    package static var byteCount: Int { SlotArray<Neighbor>.byteCount(count: capacity) }

    /// Lays an empty cache on memory.
    ///
    /// - Parameters:
    ///   - memory: `byteCount` octets, aligned to 16, alive as long as the cache; nobody else uses them.
    ///   - seed: random.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, seed: UInt64) {
        let empty = Neighbor(address: .unspecified, link: .zero, seen: .start)
        // Why unsafe: an array is laid on raw memory. Why sound: the caller promised as many octets as it takes.
        unsafe self.init(places: SlotArray(at: memory, count: Self.capacity, filledWith: empty), seed: seed)
    }
}

extension RouteTable {
    /// Octets of memory that a table takes.
    package static var byteCount: Int { SlotArray<Route>.byteCount(count: capacity) }

    /// Lays an empty table on memory.
    ///
    /// - Parameter memory: `byteCount` octets, aligned to 16, alive as long as the table; nobody else uses them.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer) {
        let blank = Route(prefix: .unspecified, length: 0, target: .elsewhere)
        // Why unsafe: an array is laid on raw memory. Why sound: the caller promised as many octets as it takes.
        unsafe self.init(routes: SlotArray(at: memory, count: Self.capacity, filledWith: blank))
    }
}
