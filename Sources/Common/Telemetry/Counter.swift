/// A count of things that happened, wrapping at 2^64. Owner: one thread; others read a published copy.
package struct Counter: Sendable, BitwiseCopyable {
    package private(set) var value: UInt64

    /// Starts at `value`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(_ value: UInt64 = 0) { self.value = value }

    /// Counts one more. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func increment() { value &+= 1 }

    /// Counts `amount` more. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func add(_ amount: UInt64) { value &+= amount }

    /// What was counted since `earlier`, right across one wrap. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func since(_ earlier: Counter) -> UInt64 { value &- earlier.value }
}
