/// A small deterministic generator: randomised intervals and first numbers, not secrets (SplitMix64's sequence).
package struct SmallGenerator: Sendable, BitwiseCopyable {
    private var state: UInt64

    /// RT safe. Equal seeds give equal sequences.
    @_noAllocation @_noLocks
    package init(seed: UInt64) { state = seed }

    /// The next 64 bits. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number in 0..<limit, 0 when `limit` is 0. RT safe.
    @_noAllocation @_noLocks
    package mutating func next(below limit: UInt64) -> UInt64 { next().multipliedFullWidth(by: limit).high }
}
