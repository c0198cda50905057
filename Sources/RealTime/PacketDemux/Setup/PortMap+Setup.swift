import Rings

extension PortMap {
    /// Octets of memory that a map for `pairs` places takes.
    package static func byteCount(pairs: Int) -> Int { SlotArray<UInt16>.byteCount(count: Self.pairs + pairs) }

    /// Lays an empty map on memory.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(pairs:)` octets, aligned to 2, alive as long as the map; nobody else uses them.
    ///   - pairs: places of the pool.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, pairs: Int) {
        let rest = unsafe memory + SlotArray<UInt16>.byteCount(count: Self.pairs)
        // Why unsafe: two arrays are laid on raw memory. Why sound: one behind the other inside what was promised.
        unsafe self.init(
            places: SlotArray(at: memory, count: Self.pairs, filledWith: 0),
            numbers: SlotArray(at: rest, count: pairs, filledWith: 0))
    }
}
