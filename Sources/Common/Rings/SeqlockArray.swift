/// A row of seqlock cells: one writer thread, any number of readers, of any process.
///
/// RT safe but for `init`; the bounds are those of `SeqlockCell`.
@frozen @safe
public struct SeqlockArray<Value: BitwiseCopyable>: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: cells are reached by address. Why sound: the maker gave `byteCount(count:)` octets that
    // outlive the handle, and every index is checked.
    @usableFromInline let base: UnsafeMutableRawPointer
    /// Number of cells.
    public let count: Int

    /// Octets from one cell to the next.
    @usableFromInline let stride: Int

    @inlinable
    static func spacing() -> Int { (SeqlockCell<Value>.byteCount + 63) & ~63 }

    /// Octets of memory that a row takes.
    @inlinable
    public static func byteCount(count: Int) -> Int { spacing() * count }

    /// Puts a row on `memory` (aligned to 64) with `initial` in every cell, or joins one when nil.
    @inlinable @unsafe
    public init(at memory: UnsafeMutableRawPointer, count: Int, initial: Value?) {
        unsafe base = memory
        self.count = count
        stride = Self.spacing()
        guard let initial else { return }
        for index in 0..<count {
            _ = unsafe SeqlockCell(at: memory + index * stride, holding: initial)
        }
    }

    /// Publishes `value` in cell `index`. Writer only.
    @inlinable @inline(__always)
    public func store(_ value: Value, at index: Int) { cell(index).store(value) }

    /// The value of cell `index` as it stood at one moment; nil if the writer was always in the way.
    @inlinable @inline(__always)
    public func load(at index: Int) -> Value? { cell(index).load() }

    @inlinable @inline(__always)
    func cell(_ index: Int) -> SeqlockCell<Value> {
        precondition(index >= 0 && index < count, "no such cell")
        return unsafe SeqlockCell(joining: base + index &* stride)
    }
}
