public import Synchronization

/// A value that one thread writes and any number of threads, of any process, read without holding it up.
///
/// The writer counts up before and after; a reader that sees an odd or a changed count tries again. The value
/// goes through memory as atomic words, so that a torn read is noticed and never undefined. A copy of the
/// handle is the same cell. RT safe but for `init`: `store` takes constant time, `load` at most `attempts`
/// rounds of the value's length.
@frozen @safe
public struct SeqlockCell<Value: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: count and words are reached by address. Why sound: the maker gave `byteCount` octets that
    // outlive the handle; both are touched as atomic words only.
    @usableFromInline let base: UnsafeMutablePointer<Atomic<UInt64>>

    /// Octets of memory that a cell takes: the count, then the value in whole words.
    @inlinable
    public static var byteCount: Int { 8 + words * 8 }

    /// Alignment that the memory must have.
    @inlinable
    public static var alignment: Int { 8 }

    @inlinable
    static var words: Int { @inline(__always) get { (MemoryLayout<Value>.size &+ 7) / 8 } }

    /// Puts a cell holding `value` on `memory`, before any other thread has a handle.
    @inlinable @unsafe
    public init(at memory: UnsafeMutableRawPointer, holding value: Value) {
        unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.byteCount)
        unsafe self.init(joining: memory)
        store(value)
    }

    /// Joins the cell that another handle, maybe of another process, has put on `memory`.
    @inlinable @inline(__always) @unsafe
    public init(joining memory: UnsafeMutableRawPointer) {
        precondition(UInt(bitPattern: memory) % 8 == 0, "a cell lies on whole words")
        unsafe base = memory.assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    /// Publishes `value`. Writer only.
    @inlinable @inline(__always)
    public func store(_ value: Value) {
        var copy = value
        let count = unsafe base[0].load(ordering: .relaxed) | 1
        unsafe base[0].store(count, ordering: .relaxed)
        unsafe put(&copy)
        unsafe base[0].store(count &+ 1, ordering: .releasing)
    }

    /// Copies the value as it stood at one moment to `copy`.
    ///
    /// Returns false, with `copy` in an undefined mixture, if the writer was in the way `attempts` times.
    @inlinable @inline(__always)
    public func load(into copy: inout Value, attempts: Int = 64) -> Bool {
        var round = 0
        while round < attempts {
            let before = unsafe base[0].load(ordering: .acquiring)
            if before & 1 == 0 {
                unsafe take(&copy)
                if unsafe base[0].load(ordering: .relaxed) == before { return true }
            }
            round &+= 1
        }
        return false
    }

    /// The value as it stood at one moment; nil if the writer was in the way `attempts` times.
    ///
    /// Not for real-time callers, since it needs a scratch area: these use `load(into:)`.
    @inlinable
    public func load(attempts: Int = 64) -> Value? {
        // Why unsafe: scratch memory for a value that has no default. Why sound: `take` fills every octet of
        // it before it is read, and any octets that the writer stored are a `Value`.
        unsafe withUnsafeTemporaryAllocation(
            byteCount: MemoryLayout<Value>.size, alignment: MemoryLayout<Value>.alignment
        ) { scratch -> Value? in
            guard let start = scratch.baseAddress else { return nil }
            var round = 0
            while round < attempts {
                let before = unsafe base[0].load(ordering: .acquiring)
                if before & 1 == 0 {
                    unsafe take(start)
                    if unsafe base[0].load(ordering: .relaxed) == before { return unsafe start.load(as: Value.self) }
                }
                round &+= 1
            }
            return nil
        }
    }

    // Why unsafe: copies octets of a value by address. Why sound: exactly the value's own octets are read,
    // and the words written lie inside `byteCount`. Releasing stores keep each word behind the odd count.
    @inlinable @inline(__always) @unsafe
    func put(_ source: UnsafeRawPointer) {
        let size = MemoryLayout<Value>.size
        var offset = 0
        while offset &+ 8 <= size {
            let word = unsafe source.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            unsafe base[1 &+ offset / 8].store(word, ordering: .releasing)
            offset &+= 8
        }
        if offset == size { return }
        var last: UInt64 = 0
        var octet = offset
        while octet < size {
            let part = unsafe source.load(fromByteOffset: octet, as: UInt8.self)
            last |= UInt64(part) &<< UInt64(truncatingIfNeeded: (octet &- offset) &* 8)
            octet &+= 1
        }
        unsafe base[1 &+ offset / 8].store(last, ordering: .releasing)
    }

    // Why unsafe: copies octets of a value by address. Why sound: exactly the value's own octets are written.
    // Acquiring loads keep the second look at the count behind every word.
    @inlinable @inline(__always) @unsafe
    func take(_ target: UnsafeMutableRawPointer) {
        let size = MemoryLayout<Value>.size
        var offset = 0
        while offset &+ 8 <= size {
            let word = unsafe base[1 &+ offset / 8].load(ordering: .acquiring)
            unsafe target.storeBytes(of: word, toByteOffset: offset, as: UInt64.self)
            offset &+= 8
        }
        if offset == size { return }
        let last = unsafe base[1 &+ offset / 8].load(ordering: .acquiring)
        var octet = offset
        while octet < size {
            let part = UInt8(truncatingIfNeeded: last &>> UInt64(truncatingIfNeeded: (octet &- offset) &* 8))
            unsafe target.storeBytes(of: part, toByteOffset: octet, as: UInt8.self)
            octet &+= 1
        }
    }
}
