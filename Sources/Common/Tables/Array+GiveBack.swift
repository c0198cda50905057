extension Array {
    /// Empties a list that is filled again and again. Its room stays for the next time, unless this one used little
    /// of it.
    @inlinable package mutating func empty() { removeAll(keepingCapacity: !hasTooMuchRoom) }

    /// Moves into less room when little of it is in use; for lists that lose their elements one by one.
    @inlinable package mutating func giveBack() {
        guard hasTooMuchRoom else { return }
        var smaller: [Element] = []
        smaller.reserveCapacity(count * 2)
        smaller += self
        self = smaller
    }

    @inlinable var hasTooMuchRoom: Bool {
        Room.isTooMuch(capacity, for: count, stride: MemoryLayout<Element>.stride, floor: Room.listFloor)
    }
}
