public import Synchronization

/// A ring between one producer thread and one consumer thread, in memory that its maker provides.
///
/// Nothing in that memory is an address, so the two ends may live in different processes. Each end has its
/// own pair of cache lines, and remembers the other's index, so that it is fetched only when the ring looks
/// full or empty. A copy of the handle is the same ring: exactly one thread pushes and exactly one pops.
/// RT safe but for `init`: every call takes constant time. (Inlined into the caller, whose attributes check it.)
@frozen @safe
public struct SPSCRing<Element: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: ring and indices are reached by address. Why sound: the maker of the handle gave
    // `byteCount(capacity:)` octets that outlive it, and every index is masked before use.
    @usableFromInline let control: UnsafeMutableRawPointer
    @usableFromInline let slots: UnsafeMutablePointer<Element>
    /// Number of elements that fit; a power of two.
    public let capacity: Int

    /// Octets of memory that a ring of `capacity` elements takes, a multiple of 128.
    @inlinable
    public static func byteCount(capacity: Int) -> Int {
        let octets = RingLayout.slots + capacity * MemoryLayout<Element>.stride
        return (octets + RingLayout.alignment - 1) / RingLayout.alignment * RingLayout.alignment
    }

    /// Alignment that the memory of a ring must have.
    @inlinable
    public static var alignment: Int { RingLayout.alignment }

    /// Puts a ring on `memory`, or joins the one that another handle has put there.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(capacity:)` octets, aligned to `alignment`, alive as long as any handle.
    ///   - capacity: a power of two, the same on both ends.
    ///   - initialize: true for the first handle, before any other thread has one.
    @inlinable @unsafe
    public init(at memory: UnsafeMutableRawPointer, capacity: Int, initialize: Bool) {
        precondition(capacity > 0 && capacity & (capacity - 1) == 0, "a ring's capacity is a power of two")
        precondition(UInt(bitPattern: memory) % UInt(RingLayout.alignment) == 0, "a ring lies on cache-line pairs")
        precondition(MemoryLayout<Element>.alignment <= RingLayout.alignment, "elements need no finer alignment")
        unsafe control = memory
        unsafe slots = (memory + RingLayout.slots).bindMemory(to: Element.self, capacity: capacity)
        self.capacity = capacity
        if initialize {
            unsafe memory.initializeMemory(as: UInt8.self, repeating: 0, count: RingLayout.slots)
            unsafe (memory + RingLayout.capacity).storeBytes(of: UInt64(capacity), as: UInt64.self)
        } else {
            let found = unsafe (memory + RingLayout.capacity).load(as: UInt64.self)
            precondition(found == UInt64(capacity), "both ends of a ring agree on its capacity")
        }
    }

    /// Appends `element`; false if the ring is full. Producer only.
    @inlinable @inline(__always)
    public func push(_ element: Element) -> Bool {
        let tail = unsafe word(RingLayout.tail).pointee.load(ordering: .relaxed)
        if unsafe tail &- plain(RingLayout.cachedHead).pointee >= UInt64(truncatingIfNeeded: capacity) {
            let head = unsafe word(RingLayout.head).pointee.load(ordering: .acquiring)
            unsafe plain(RingLayout.cachedHead).pointee = head
            if tail &- head >= UInt64(truncatingIfNeeded: capacity) { return false }
        }
        unsafe slots[index(tail)] = element
        unsafe word(RingLayout.tail).pointee.store(tail &+ 1, ordering: .releasing)
        return true
    }

    /// Takes the oldest element; nil if the ring is empty. Consumer only.
    @inlinable @inline(__always)
    public func pop() -> Element? {
        let head = unsafe word(RingLayout.head).pointee.load(ordering: .relaxed)
        if unsafe head == plain(RingLayout.cachedTail).pointee {
            let tail = unsafe word(RingLayout.tail).pointee.load(ordering: .acquiring)
            unsafe plain(RingLayout.cachedTail).pointee = tail
            if head == tail { return nil }
        }
        let element = unsafe slots[index(head)]
        unsafe word(RingLayout.head).pointee.store(head &+ 1, ordering: .releasing)
        return element
    }

    /// Number of elements inside: exact for the two ends while the other rests, else a moment old.
    @inlinable
    public var count: Int {
        @inline(__always) get {
            let head = unsafe word(RingLayout.head).pointee.load(ordering: .acquiring)
            let tail = unsafe word(RingLayout.tail).pointee.load(ordering: .acquiring)
            let inside = tail &- head
            return inside > UInt64(truncatingIfNeeded: capacity) ? capacity : Int(truncatingIfNeeded: inside)
        }
    }

    /// Elements that can be pushed now for certain. Producer only.
    @inlinable
    public var room: Int {
        @inline(__always) get { capacity &- count }
    }

    /// Whether nothing is inside. For the consumer true may be a moment old, false is certain.
    @inlinable
    public var isEmpty: Bool {
        @inline(__always) get { count == 0 }
    }

    @inlinable @inline(__always)
    func index(_ position: UInt64) -> Int {
        Int(truncatingIfNeeded: position) & (capacity &- 1)
    }

    // Why unsafe: an index as an atomic word in raw memory. Why sound: it is eight octets inside the control
    // block, aligned, zeroed by the first handle, and touched as an atomic word only.
    @inlinable @inline(__always) @unsafe
    func word(_ offset: Int) -> UnsafeMutablePointer<Atomic<UInt64>> {
        unsafe (control + offset).assumingMemoryBound(to: Atomic<UInt64>.self)
    }

    // Why unsafe: a remembered index in raw memory. Why sound: only the end that owns the line touches it.
    @inlinable @inline(__always) @unsafe
    func plain(_ offset: Int) -> UnsafeMutablePointer<UInt64> {
        unsafe (control + offset).assumingMemoryBound(to: UInt64.self)
    }
}

/// Where the parts of a ring lie in its memory. 128 octets apart, since processors fetch lines in pairs.
@frozen @usableFromInline
enum RingLayout {
    @inlinable static var alignment: Int { @inline(__always) get { 128 } }
    @inlinable static var capacity: Int { @inline(__always) get { 0 } }
    @inlinable static var head: Int { @inline(__always) get { 128 } }
    @inlinable static var cachedTail: Int { @inline(__always) get { 136 } }
    @inlinable static var tail: Int { @inline(__always) get { 256 } }
    @inlinable static var cachedHead: Int { @inline(__always) get { 264 } }
    @inlinable static var slots: Int { @inline(__always) get { 384 } }
}
