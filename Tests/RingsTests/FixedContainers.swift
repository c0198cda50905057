import Rings
import Testing

@Suite("Slot array")
struct SlotArrays {
    struct Slot: BitwiseCopyable, Equatable {
        var generation: UInt32 = 0
        var total: UInt64 = 0
    }

    @Test("elements are changed where they lie")
    func inPlace() {
        withMemory(SlotArray<Slot>.byteCount(count: 4)) { memory in
            let slots = SlotArray(at: memory, count: 4, filledWith: Slot(generation: 7))
            let same = SlotArray<Slot>(joining: memory, count: 4)
            slots[2].total += 5
            slots[2].generation += 1
            #expect(same[2] == Slot(generation: 8, total: 5))
            #expect(same[1] == Slot(generation: 7))
            let doubled = slots.withElement(at: 2) { slot in
                slot.total *= 2
                return slot.total
            }
            #expect(doubled == 10 && same[2].total == 10)
            slots[3] = Slot()
            #expect(same[3] == Slot())
        }
    }

    @Test("an index at the end traps")
    func outside() async {
        await #expect(processExitsWith: .failure) {
            withMemory(SlotArray<Slot>.byteCount(count: 4)) { memory in
                let slots = SlotArray(at: memory, count: 4, filledWith: Slot())
                slots[4].total = 1
            }
        }
    }

    @Test("a negative index traps")
    func negative() async {
        await #expect(processExitsWith: .failure) {
            withMemory(SlotArray<Slot>.byteCount(count: 4)) { memory in
                let slots = SlotArray(at: memory, count: 4, filledWith: Slot())
                slots.withElement(at: -1) { $0.total = 1 }
            }
        }
    }
}

@Suite("Fixed queue")
struct FixedQueues {
    @Test("first in is first out, for every filling, across the wrap of a capacity that is no power of two")
    func order() {
        withMemory(FixedQueue<Int>.byteCount(capacity: 5)) { memory in
            var queue = FixedQueue<Int>(at: memory, capacity: 5)
            var model: [Int] = []
            for step in 0..<2_000 {
                if step * 7 % 11 < 6 {
                    let fits = model.count < 5
                    #expect(queue.push(step) == fits)
                    if fits { model.append(step) }
                } else {
                    #expect(queue.pop() == (model.isEmpty ? nil : model.removeFirst()))
                }
                #expect(queue.count == model.count)
                #expect(queue.isEmpty == model.isEmpty && queue.isFull == (model.count == 5))
                #expect((0..<queue.count).map { queue[$0] } == model)
            }
        }
    }

    @Test("a waiting element can be changed")
    func change() {
        withMemory(FixedQueue<Int>.byteCount(capacity: 2)) { memory in
            var queue = FixedQueue<Int>(at: memory, capacity: 2)
            #expect(queue.push(1) == true)
            #expect(queue.push(2) == true)
            queue[1] += 40
            #expect(queue.pop() == 1)
            #expect(queue.pop() == 42)
            #expect(queue.push(3) == true)
            queue.removeAll()
            #expect(queue.isEmpty && queue.pop() == nil)
        }
    }

    @Test("a position behind the last element traps")
    func outside() async {
        await #expect(processExitsWith: .failure) {
            withMemory(FixedQueue<Int>.byteCount(capacity: 2)) { memory in
                let queue = FixedQueue<Int>(at: memory, capacity: 2)
                _ = queue[0]
            }
        }
    }
}

@Suite("Frame arena")
struct FrameArenas {
    @Test("frames lie side by side, with room before and behind each packet")
    func layout() {
        withMemory(FrameArena.byteCount(frames: 3)) { memory in
            let arena = FrameArena(at: memory, frames: 3)
            #expect(arena.byteCount == 3 * 2_048)
            #expect(arena.frame(2) - arena.frame(1) == FrameArena.stride)
            #expect(arena.payload(1) - arena.frame(1) == FrameArena.headroom)
            #expect(arena.start == memory && arena.offset(ofPayload: 0) == FrameArena.headroom)
            #expect(FrameArena.headroom >= 64 && FrameArena.tailroom >= 32)
            #expect(FrameArena.headroom + FrameArena.payloadCapacity + FrameArena.tailroom == FrameArena.stride)
            #expect(FrameArena.payloadCapacity >= 1_500)
        }
    }

    @Test("a frame behind the last one traps")
    func outside() async {
        await #expect(processExitsWith: .failure) {
            withMemory(FrameArena.byteCount(frames: 3)) { memory in
                _ = FrameArena(at: memory, frames: 3).frame(3)
            }
        }
    }
}
