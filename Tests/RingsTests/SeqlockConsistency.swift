import Rings
import Synchronization
import Testing

@Suite("Seqlock cell")
struct SeqlockConsistency {
    struct Twelve: BitwiseCopyable, Equatable {
        var first: UInt64
        var second: UInt32
    }

    struct Wide: BitwiseCopyable {
        var number: UInt64
        var words: InlineArray<30, UInt64>
        var last: UInt32

        init(_ number: UInt64) {
            self.number = number
            words = InlineArray(repeating: number)
            last = UInt32(truncatingIfNeeded: number)
        }

        var isWhole: Bool {
            var same = UInt32(truncatingIfNeeded: number) == last
            for index in words.indices where words[index] != number { same = false }
            return same
        }
    }

    @Test("what was stored last is read, through any handle")
    func store() {
        withMemory(SeqlockCell<Twelve>.byteCount) { memory in
            let writer = SeqlockCell(at: memory, holding: Twelve(first: 1, second: 2))
            let reader = SeqlockCell<Twelve>(joining: memory)
            #expect(reader.load() == Twelve(first: 1, second: 2))
            writer.store(Twelve(first: .max, second: .max))
            #expect(reader.load() == Twelve(first: .max, second: .max))
            var copy = Twelve(first: 0, second: 0)
            #expect(reader.load(into: &copy))
            #expect(copy == Twelve(first: .max, second: .max))
        }
    }

    @Test("a value of one octet keeps its neighbours")
    func small() {
        withMemory(SeqlockCell<UInt8>.byteCount + 8) { memory in
            memory.storeBytes(of: 0xAAAA, toByteOffset: SeqlockCell<UInt8>.byteCount, as: UInt64.self)
            let cell = SeqlockCell(at: memory, holding: 7 as UInt8)
            cell.store(200)
            #expect(cell.load() == 200)
            #expect(memory.load(fromByteOffset: SeqlockCell<UInt8>.byteCount, as: UInt64.self) == 0xAAAA)
        }
    }

    @Test("a reader that finds the writer half-way gives up after its attempts")
    func halfWay() {
        withMemory(SeqlockCell<Twelve>.byteCount) { memory in
            let cell = SeqlockCell(at: memory, holding: Twelve(first: 1, second: 2))
            memory.storeBytes(of: 7, as: UInt64.self)
            #expect(cell.load(attempts: 3) == nil)
            var copy = Twelve(first: 0, second: 0)
            #expect(!cell.load(into: &copy, attempts: 3))
        }
    }

    @Test("a writer that starts over a count left odd by a crash makes the cell whole again")
    func crashedWriter() {
        withMemory(SeqlockCell<Twelve>.byteCount) { memory in
            let cell = SeqlockCell(at: memory, holding: Twelve(first: 1, second: 2))
            memory.storeBytes(of: 7, as: UInt64.self)
            cell.store(Twelve(first: 3, second: 4))
            #expect(cell.load() == Twelve(first: 3, second: 4))
        }
    }

    @Test("two threads: no torn value is ever read, and values never go back")
    func twoThreads() {
        withMemory(SeqlockCell<Wide>.byteCount) { memory in
            let cell = SeqlockCell(at: memory, holding: Wide(0))
            let isDone = Flag()
            let writer = TestThread {
                var number: UInt64 = 1
                while !isDone.isSet {
                    cell.store(Wide(number))
                    number += 1
                    if number % 64 == 0 { relax() }
                }
            }
            var (torn, backwards, read, previous) = (0, 0, 0, UInt64(0))
            while read < 20_000 {
                guard let value = cell.load() else {
                    relax()
                    continue
                }
                if !value.isWhole { torn += 1 }
                if value.number < previous { backwards += 1 }
                previous = value.number
                read += 1
            }
            isDone.set()
            writer.join()
            #expect(torn == 0)
            #expect(backwards == 0)
        }
    }

    private final class Flag: Sendable {
        private let value = Atomic<Bool>(false)
        var isSet: Bool { value.load(ordering: .relaxed) }
        func set() { value.store(true, ordering: .relaxed) }
    }
}

@Suite("Seqlock row and shared word")
struct SharedCells {
    @Test("cells of a row do not touch each other, and a second handle sees them")
    func row() {
        withMemory(SeqlockArray<UInt32>.byteCount(count: 3)) { memory in
            let row = SeqlockArray<UInt32>(at: memory, count: 3, initial: 9)
            row.store(1, at: 0)
            row.store(2, at: 1)
            let other = SeqlockArray<UInt32>(at: memory, count: 3, initial: nil)
            #expect((0..<3).map { other.load(at: $0) } == [1, 2, 9])
        }
    }

    @Test("a shared word starts at zero in fresh memory and carries stores and exchanges")
    func word() {
        withMemory(8) { memory in
            let word = SharedWord(at: memory)
            #expect(word.load() == 0)
            word.store(5)
            #expect(SharedWord(at: memory).load() == 5)
            word.exchange(6)
            #expect(word.load() == 6)
        }
    }
}
