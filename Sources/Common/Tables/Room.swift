/// When a container has so much unused room that it moves into less.
@usableFromInline
enum Room {
    /// What takes fewer octets keeps its room. There may be a table for each port; lists are few, and filled anew at
    /// every turn of a loop.
    @usableFromInline static let tableFloor = 512
    @usableFromInline static let listFloor = 4_096

    /// Less than an eighth is in use. Whoever moves takes twice the room of what is left, so that a container has to
    /// lose half of that, or double, before it moves again: O(1) for each change on average.
    @inlinable
    static func isTooMuch(_ capacity: Int, for count: Int, stride: Int, floor: Int) -> Bool {
        count < capacity / 8 && capacity * stride > floor
    }
}
