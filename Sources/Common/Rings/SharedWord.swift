public import Synchronization

/// One word that threads of several processes read and write: a beat, a flag, a count.
///
/// RT safe but for `init`: every call takes constant time.
@frozen @safe
public struct SharedWord: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: an atomic reached by address. Why sound: the maker gave eight aligned octets that outlive
    // the handle, and they are touched as an atomic word only.
    @usableFromInline let word: UnsafeMutablePointer<Atomic<UInt64>>

    /// Joins the word at `memory`; fresh memory holds 0.
    @inlinable @unsafe
    public init(at memory: UnsafeMutableRawPointer) {
        precondition(UInt(bitPattern: memory) % 8 == 0, "a word lies on its own size")
        unsafe word = memory.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// The word, ordered before everything that follows.
    @inlinable @inline(__always)
    public func load() -> UInt64 { unsafe word.pointee.load(ordering: .acquiring) }

    /// Stores, ordered after everything before.
    @inlinable @inline(__always)
    public func store(_ value: UInt64) { unsafe word.pointee.store(value, ordering: .releasing) }

    /// Stores in one total order with every other exchange and with the loads that follow it.
    @inlinable @inline(__always)
    public func exchange(_ value: UInt64) {
        _ = unsafe word.pointee.exchange(value, ordering: .sequentiallyConsistent)
    }
}
