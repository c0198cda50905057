import Rings

extension PortSet {
    /// Octets of memory that a set takes: 8 KiB.
    package static var byteCount: Int { SlotArray<UInt64>.byteCount(count: wordCount) }

    /// Lays an empty set on memory.
    ///
    /// - Parameter memory: `byteCount` octets, aligned to 64, alive as long as any copy of the set.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer) {
        // Why unsafe: an array is laid on raw memory. Why sound: the caller promised its octets.
        unsafe self.init(words: SlotArray(at: memory, count: Self.wordCount, filledWith: 0))
    }
}

extension PortMap {
    /// Octets of memory that a map for `pairs` places takes.
    package static func byteCount(pairs: Int) -> Int {
        PortSet.byteCount + SlotArray<UInt16>.byteCount(count: Self.pairs + pairs)
    }

    /// Lays an empty map on memory.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(pairs:)` octets, aligned to 64, alive as long as the map; nobody else uses them.
    ///   - pairs: places of the pool.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, pairs: Int) {
        // Why unsafe: a set and two arrays are laid on raw memory. Why sound: one behind the other inside what was
        // promised.
        let places = unsafe memory + PortSet.byteCount
        let numbers = unsafe places + SlotArray<UInt16>.byteCount(count: Self.pairs)
        unsafe self.init(
            set: PortSet(at: memory), places: SlotArray(at: places, count: Self.pairs, filledWith: 0),
            numbers: SlotArray(at: numbers, count: pairs, filledWith: 0))
    }
}

extension FrameCounters {
    /// Octets of memory that the counters take.
    package static var byteCount: Int { SlotArray<UInt64>.byteCount(count: slotCount) }

    /// Lays counters of zero on memory.
    ///
    /// - Parameter memory: `byteCount` octets, aligned to 64, alive as long as any copy of the counters.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer) {
        // Why unsafe: an array is laid on raw memory. Why sound: the caller promised its octets.
        unsafe self.init(slots: SlotArray(at: memory, count: Self.slotCount, filledWith: 0))
    }
}

extension TransmitScheduler {
    /// Octets of memory that a scheduler with two queues takes.
    package static func byteCount(realTime: Int, general: Int) -> Int {
        aligned(FixedQueue<TransmitDescriptor>.byteCount(capacity: realTime))
            + FixedQueue<TransmitDescriptor>.byteCount(capacity: general)
    }

    private static func aligned(_ octets: Int) -> Int { (octets + 63) & ~63 }

    /// Lays a scheduler with empty queues on memory.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(realTime:general:)` octets, aligned to 64, alive as long as the scheduler; nobody else
    ///     uses it.
    ///   - realTime: descriptors that the real-time queue holds.
    ///   - general: descriptors that the general-purpose queue holds.
    ///   - limits: octets of the general-purpose side.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, realTime: Int, general: Int, limits: TransmitLimits) {
        let offset = Self.aligned(FixedQueue<TransmitDescriptor>.byteCount(capacity: realTime))
        // Why unsafe: two queues are laid on raw memory. Why sound: one behind the other, inside the octets that the
        // caller promised.
        unsafe self.init(
            realTime: FixedQueue(at: memory, capacity: realTime),
            general: FixedQueue(at: memory + offset, capacity: general), limits: limits)
    }
}
