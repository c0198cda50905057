import Tables
package import Timing

/// Named deadlines of one owner, earliest first. Arming a name again moves it.
///
/// A binary heap in which a moved or disarmed entry stays behind and is skipped, so that `arm` costs O(log n) and
/// `disarm` O(1) without searching. When more than half of the heap is left-overs it is rebuilt, so memory stays
/// within twice the number of armed names (and a floor of 64).
///
/// Made here for words, which owners in other modules pack their names into where it matters.
package struct DeadlineQueue<Key: Hashable & Sendable>: Sendable {
    private struct Entry {
        let deadline: MonotonicInstant
        let serial: UInt64
        let key: Key

        /// Equal instants keep the order in which they were armed.
        func precedes(_ other: Entry) -> Bool {
            deadline == other.deadline ? serial < other.serial : deadline < other.deadline
        }
    }

    private var heap: [Entry] = []
    private var current = ShrinkingTable<Key, UInt64>()
    private var serial: UInt64 = 0

    package init() {}

    /// The number of armed names.
    package var count: Int { current.count }
    package var isEmpty: Bool { current.isEmpty }
    /// How many names there is room for.
    package var capacity: Int { max(heap.capacity, current.capacity) }

    package func isArmed(_ key: Key) -> Bool { current[key] != nil }

    /// The earliest deadline. O(1) but for left-overs, each of which is skipped once.
    package var next: MonotonicInstant? {
        @_specialize(where Key == UInt64)
        mutating get {
            dropLeftovers()
            return heap.first?.deadline
        }
    }

    @_specialize(where Key == UInt64)
    package mutating func arm(_ key: Key, at deadline: MonotonicInstant) {
        serial &+= 1
        current[key] = serial
        heap.append(Entry(deadline: deadline, serial: serial, key: key))
        siftUp(from: heap.count - 1)
        if heap.count > 64, heap.count > 2 * current.count { rebuild() }
    }

    @_specialize(where Key == UInt64)
    package mutating func disarm(_ key: Key) {
        current[key] = nil
        if heap.count > 64, heap.count > 2 * current.count { rebuild() }
    }

    /// Takes the earliest name whose deadline is not after `now`.
    @_specialize(where Key == UInt64)
    package mutating func popDue(now: MonotonicInstant) -> Key? {
        dropLeftovers()
        guard let first = heap.first, first.deadline <= now else { return nil }
        removeFirst()
        current[first.key] = nil
        return first.key
    }

    private mutating func dropLeftovers() {
        while let first = heap.first, current[first.key] != first.serial { removeFirst() }
    }

    /// Keeps what is armed.
    private mutating func rebuild() {
        heap = heap.filter { current[$0.key] == $0.serial }.sorted { $0.precedes($1) }
    }

    private mutating func removeFirst() {
        let last = heap.removeLast()
        heap.giveBack()
        guard !heap.isEmpty else { return }
        heap[0] = last
        siftDown()
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard heap[child].precedes(heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown() {
        var parent = 0
        while true {
            var least = parent
            let left = 2 * parent + 1
            if left < heap.count, heap[left].precedes(heap[least]) { least = left }
            if left + 1 < heap.count, heap[left + 1].precedes(heap[least]) { least = left + 1 }
            guard least != parent else { return }
            heap.swapAt(parent, least)
            parent = least
        }
    }
}
