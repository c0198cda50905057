/// A hash table that gives memory back: a `Dictionary` keeps the room of its busiest moment for ever.
///
/// Made anew when less than an eighth of a large table is in use, which costs O(1) per removal on average.
struct ShrinkingTable<Key: Hashable & Sendable, Value: Sendable>: Sendable {
    private var storage: [Key: Value] = [:]

    var count: Int { storage.count }

    subscript(key: Key) -> Value? {
        get { storage[key] }
        _modify { yield &storage[key] }
    }

    @discardableResult
    mutating func remove(_ key: Key) -> Value? {
        let value = storage.removeValue(forKey: key)
        if storage.capacity > 1_024, storage.count < storage.capacity / 8 {
            var smaller = [Key: Value](minimumCapacity: storage.count * 2)
            for (key, value) in storage { smaller[key] = value }
            storage = smaller
        }
        return value
    }

    func keys(where holds: (Value) -> Bool) -> [Key] {
        storage.compactMap { holds($0.value) ? $0.key : nil }
    }
}
