/// One period of a sine in 1,024 steps, 16 bits, in memory that the maker keeps alive. Built by `SineTable.init(at:)`.
///
/// A copy of the value reads the same table; it never changes, so any thread may.
@safe package struct SineTable: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: the table is reached by address. Why sound: 1,025 entries, and `value(at:)` asks for at most
    // entry 1,024; the maker keeps them alive.
    let base: UnsafeMutablePointer<Int16>

    /// Octets of the table. RT safe.
    package static var byteCount: Int { @_noAllocation @_noLocks get { 1025 * 2 } }

    /// The sine at `phase`, a full turn being 2^32; ±32,767. Between two steps it is interpolated. RT safe, O(1).
    @_noAllocation @_noLocks
    package func value(at phase: UInt32) -> Int32 {
        let index = Int(phase >> 22)
        let part = Int32(truncatingIfNeeded: phase >> 6 & 0xffff)
        let left = unsafe Int32(base[index])
        let right = unsafe Int32(base[index + 1])
        return left + ((right - left) * (part >> 1) + 0x4000) >> 15
    }
}

/// A steady sine at 8 kHz. Its phase runs on from block to block.
// Owner: media thread of its shard.
package struct ToneGenerator: Sendable, BitwiseCopyable {
    private var phase: UInt32 = 0
    private let step: UInt32
    private let peak: Int32

    /// A tone of `hertz` (up to 4,000) whose highest sample is `peak`. RT safe, O(1).
    @_noAllocation @_noLocks
    package init(hertz: UInt32, peak: Int16) {
        step = UInt32(truncatingIfNeeded: (UInt64(hertz) << 32) / 8000)
        self.peak = Int32(peak)
    }

    /// The next block of 10 ms. RT safe, 80 steps.
    @_noAllocation @_noLocks
    package mutating func fill(_ block: inout InlineArray<80, Int16>, _ table: SineTable) {
        var index = 0
        while index < 80 {
            let sample = (table.value(at: phase) * peak + 0x4000) >> 15
            block[index] = Int16(truncatingIfNeeded: sample)
            phase &+= step
            index &+= 1
        }
    }
}
