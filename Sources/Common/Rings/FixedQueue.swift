/// A first-in first-out queue of fixed capacity for one owner, over memory that its maker provides.
///
/// The indices are in the value, the elements in the memory: keep one copy and change that one.
/// RT safe but for `init`: constant time.
@frozen @safe
public struct FixedQueue<Element: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: the elements are reached by address. Why sound: the maker gave memory for `capacity` of
    // them that outlives the queue, and `slot(_:)` gives indices below `capacity` only.
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// Number of elements that fit.
    public let capacity: Int
    @usableFromInline var first: Int
    @usableFromInline var filled: Int

    /// Octets of memory that a queue of `capacity` elements takes.
    @inlinable
    public static func byteCount(capacity: Int) -> Int { capacity * MemoryLayout<Element>.stride }

    /// Alignment that the memory must have.
    @inlinable
    public static var alignment: Int { MemoryLayout<Element>.alignment }

    /// Puts an empty queue on `memory`, which holds `byteCount(capacity:)` octets and outlives the queue.
    @inlinable @unsafe
    public init(at memory: UnsafeMutableRawPointer, capacity: Int) {
        precondition(capacity > 0, "a queue holds at least one element")
        precondition(UInt(bitPattern: memory) % UInt(MemoryLayout<Element>.alignment) == 0, "elements are aligned")
        unsafe base = memory.bindMemory(to: Element.self, capacity: capacity)
        self.capacity = capacity
        first = 0
        filled = 0
    }

    /// Number of elements inside.
    @inlinable
    public var count: Int { @inline(__always) get { filled } }

    /// Whether nothing is inside.
    @inlinable
    public var isEmpty: Bool { @inline(__always) get { filled == 0 } }

    /// Whether nothing more fits.
    @inlinable
    public var isFull: Bool { @inline(__always) get { filled == capacity } }

    /// Appends `element`; false if the queue is full.
    @inlinable @inline(__always)
    public mutating func push(_ element: Element) -> Bool {
        if filled == capacity { return false }
        unsafe base[slot(filled)] = element
        filled &+= 1
        return true
    }

    /// Takes the oldest element; nil if the queue is empty.
    @inlinable @inline(__always)
    public mutating func pop() -> Element? {
        if filled == 0 { return nil }
        let element = unsafe base[first]
        first = slot(1)
        filled &-= 1
        return element
    }

    /// The element `position` places behind the oldest, changeable where it lies.
    @inlinable
    public subscript(position: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(position >= 0 && position < filled, "position outside the queue")
            return unsafe UnsafePointer(base + slot(position))
        }
        @inline(__always) nonmutating unsafeMutableAddress {
            precondition(position >= 0 && position < filled, "position outside the queue")
            return unsafe base + slot(position)
        }
    }

    /// Forgets all elements.
    @inlinable @inline(__always)
    public mutating func removeAll() {
        first = 0
        filled = 0
    }

    /// Index of the element `position` places behind the oldest; `position` is at most `capacity`.
    @inlinable @inline(__always)
    func slot(_ position: Int) -> Int {
        let index = first &+ position
        return index >= capacity ? index &- capacity : index
    }
}
