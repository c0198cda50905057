/// A hash table that gives memory back as it empties: a `Dictionary` keeps the room of its busiest moment for ever.
///
/// For tables that follow the load: calls, transactions, connections. Every change costs O(1) on average, and now and
/// then one of O(entries).
package struct ShrinkingTable<Key: Hashable, Value> {
    @usableFromInline var storage: [Key: Value] = [:]

    @inlinable package init() {}

    @inlinable package var count: Int { storage.count }
    @inlinable package var isEmpty: Bool { storage.isEmpty }
    /// How many entries there is room for.
    @inlinable package var capacity: Int { storage.capacity }
    /// All entries, to look through; a loop that changes the table on its way makes a copy.
    @inlinable package var entries: [Key: Value] { storage }

    @inlinable package subscript(key: Key) -> Value? {
        get { storage[key] }
        _modify {
            yield &storage[key]
            giveBack()
        }
    }

    @inlinable package subscript(key: Key, default value: @autoclosure () -> Value) -> Value {
        get { storage[key, default: value()] }
        _modify { yield &storage[key, default: value()] }
    }

    @inlinable @discardableResult
    package mutating func removeValue(forKey key: Key) -> Value? {
        let value = storage.removeValue(forKey: key)
        giveBack()
        return value
    }

    /// Room stays for as many entries as were in it, if they filled it well.
    @inlinable package mutating func removeAll() {
        storage.removeAll(keepingCapacity: !hasTooMuchRoom)
    }

    @inlinable var hasTooMuchRoom: Bool {
        let stride = MemoryLayout<Key>.stride + MemoryLayout<Value>.stride
        return Room.isTooMuch(storage.capacity, for: storage.count, stride: stride, floor: Room.tableFloor)
    }

    @inlinable mutating func giveBack() {
        if hasTooMuchRoom { shrink() }
    }

    @usableFromInline
    mutating func shrink() {
        var smaller = [Key: Value](minimumCapacity: storage.count * 2)
        for (key, value) in storage { smaller.updateValue(value, forKey: key) }
        storage = smaller
    }
}

extension ShrinkingTable: Sendable where Key: Sendable, Value: Sendable {}

/// A set that gives memory back as it empties.
package typealias ShrinkingSet<Element: Hashable> = ShrinkingTable<Element, Void>

extension ShrinkingTable where Value == Void {
    /// - Returns: false if it was in the set already.
    @inlinable @discardableResult
    package mutating func insert(_ element: Key) -> Bool { storage.updateValue((), forKey: element) == nil }

    @inlinable package func contains(_ element: Key) -> Bool { storage[element] != nil }

    @inlinable package mutating func remove(_ element: Key) { removeValue(forKey: element) }
}
