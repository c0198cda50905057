/// Extends 16-bit sequence numbers to 64 bits: each number is taken as the nearest one to the highest seen.
///
/// A number up to 32,767 ahead moves forward, one up to 32,768 behind is late. RFC 3550 appendix A.1 counts
/// the same cycles. Starts at 65,536 above the first number, so that early reordering never goes below zero.
package struct SequenceUnwrapper: Sendable, BitwiseCopyable {
    private var highestSeen: UInt64
    private var isStarted: Bool

    /// Has seen nothing yet. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init() {
        highestSeen = 0
        isStarted = false
    }

    /// The highest extended number so far; nil before the first. RT safe.
    package var highest: UInt64? {
        @_noAllocation @_noLocks @inline(__always) get { isStarted ? highestSeen : nil }
    }

    /// Extends `sequence` and remembers it if it is the highest. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func extend(_ sequence: UInt16) -> UInt64 {
        guard isStarted else {
            isStarted = true
            highestSeen = 65_536 &+ UInt64(sequence)
            return highestSeen
        }
        let extended = peek(sequence)
        if extended > highestSeen { highestSeen = extended }
        return extended
    }

    /// Extends `sequence` against what was seen, remembering nothing. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func peek(_ sequence: UInt16) -> UInt64 {
        guard isStarted else { return 65_536 &+ UInt64(sequence) }
        let step = Int16(truncatingIfNeeded: Int(sequence) &- Int(truncatingIfNeeded: highestSeen & 0xFFFF))
        let extended = Int64(truncatingIfNeeded: highestSeen) &+ Int64(step)
        return extended < 0 ? UInt64(sequence) : UInt64(truncatingIfNeeded: extended)
    }
}
