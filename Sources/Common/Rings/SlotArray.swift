/// A fixed array over memory that its maker provides, changed in place.
///
/// `slots[3].count += 1` touches the element where it lies, without a copy. A copy of the handle is the same
/// array. Owner: one thread at a time. RT safe but for `init`: constant time, each index checked.
@frozen @safe
public struct SlotArray<Element: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: the elements are reached by address. Why sound: the maker gave memory for `count` of them
    // that outlives the handle, and every index is checked.
    @usableFromInline let base: UnsafeMutablePointer<Element>
    /// Number of elements.
    public let count: Int

    /// Octets of memory that `count` elements take.
    @inlinable
    public static func byteCount(count: Int) -> Int { count * MemoryLayout<Element>.stride }

    /// Alignment that the memory must have.
    @inlinable
    public static var alignment: Int { MemoryLayout<Element>.alignment }

    /// Lays an array of `count` copies of `element` on `memory`.
    @inlinable @unsafe
    public init(at memory: UnsafeMutableRawPointer, count: Int, filledWith element: Element) {
        unsafe self.init(joining: memory, count: count)
        unsafe base.initialize(repeating: element, count: count)
    }

    /// Joins the array that another handle, maybe of another process, has laid on `memory`.
    @inlinable @unsafe
    public init(joining memory: UnsafeMutableRawPointer, count: Int) {
        precondition(count >= 0, "an array has no negative length")
        precondition(UInt(bitPattern: memory) % UInt(MemoryLayout<Element>.alignment) == 0, "elements are aligned")
        unsafe base = memory.bindMemory(to: Element.self, capacity: count)
        self.count = count
    }

    /// The element at `index`, readable and changeable where it lies.
    @inlinable
    public subscript(index: Int) -> Element {
        @inline(__always) unsafeAddress {
            precondition(index >= 0 && index < count, "index outside the slots")
            return unsafe UnsafePointer(base + index)
        }
        @inline(__always) nonmutating unsafeMutableAddress {
            precondition(index >= 0 && index < count, "index outside the slots")
            return unsafe base + index
        }
    }

    /// Lets `body` change the element at `index` where it lies.
    @inlinable @inline(__always)
    public func withElement<Result>(at index: Int, _ body: (inout Element) -> Result) -> Result {
        precondition(index >= 0 && index < count, "index outside the slots")
        return unsafe body(&base[index])
    }

    /// Address of the element at `index`. Unsafe: it carries no bounds.
    @inlinable @inline(__always) @unsafe
    public func pointer(at index: Int) -> UnsafeMutablePointer<Element> {
        precondition(index >= 0 && index < count, "index outside the slots")
        return unsafe base + index
    }
}
