import Tables
import Testing

@Suite("Tables give memory back")
struct ShrinkingTables {
    @Test("room follows the load down, and what is left is whole")
    func shrinks() {
        var table = ShrinkingTable<Int, String>()
        for number in 0..<10_000 { table[number] = "\(number)" }
        let full = table.capacity
        for number in 100..<10_000 { table.removeValue(forKey: number) }
        #expect(full >= 10_000)
        #expect(table.capacity <= 8 * 128)
        #expect(table.entries == Dictionary(uniqueKeysWithValues: (0..<100).map { ($0, "\($0)") }))
    }

    @Test("an empty table holds next to nothing", arguments: [false, true])
    func empties(bySubscript: Bool) {
        var table = ShrinkingTable<Int, (UInt64, UInt64, UInt64)>()
        for number in 0..<5_000 { table[number] = (0, 0, 0) }
        for number in 0..<5_000 {
            if bySubscript { table[number] = nil } else { table.removeValue(forKey: number) }
        }
        #expect(table.isEmpty)
        #expect(table.capacity * 32 <= 512)
    }

    @Test("at the edge it does not move to and fro")
    func steady() {
        var table = ShrinkingTable<Int, Int>()
        for number in 0..<8_000 { table[number] = number }
        while table.capacity > 4_000 { table.removeValue(forKey: table.count - 1) }
        let (room, edge) = (table.capacity, table.count)
        for _ in 0..<100 {
            table[edge] = 0
            table[edge] = nil
        }
        #expect(table.capacity == room)
        #expect(room >= 2 * edge)
    }

    @Test("counters in place, and taking what is not there")
    func counting() {
        var table = ShrinkingTable<String, Int>()
        table["a", default: 0] += 1
        table["a", default: 0] += 1
        #expect(table["a"] == 2)
        let (none, counted) = (table.removeValue(forKey: "b"), table.removeValue(forKey: "a"))
        #expect(none == nil)
        #expect(counted == 2)
        #expect(table["a"] == nil)
    }

    @Test("emptied at once it keeps the room that it filled, and no more than it uses")
    func emptied() {
        var table = ShrinkingTable<Int, Int>()
        for number in 0..<1_000 { table[number] = number }
        table.removeAll()
        #expect(table.isEmpty)
        #expect(table.capacity >= 1_000)
        table[1] = 1
        table.removeAll()
        #expect(table.capacity * 16 <= 512)
    }

    @Test("a set tells what is new")
    func set() {
        var set = ShrinkingSet<UInt64>()
        let first = set.insert(7)
        let second = set.insert(7)
        #expect(first)
        #expect(!second)
        #expect(set.contains(7))
        set.remove(7)
        #expect(!set.contains(7))
    }

    @Test("a list that is filled again and again keeps room for what it is filled with")
    func lists() {
        var list = Array(0..<10_000)
        list.empty()
        #expect(list.capacity >= 10_000)
        list.append(1)
        list.empty()
        #expect(list.isEmpty)
        #expect(list.capacity * 8 <= 4_096)
    }

    @Test("a list that loses its elements one by one moves into less room")
    func queue() {
        var list = Array(0..<10_000)
        while list.count > 10 {
            list.removeLast()
            list.giveBack()
        }
        #expect(list == Array(0..<10))
        #expect(list.capacity * 8 <= 8_192)
    }
}
