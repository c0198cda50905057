import Rings
import Testing

@Suite("Ring between one producer and one consumer")
struct SPSCRingOrder {
    @Test("elements come out in order, across many turns of the ring")
    func wrapAround() {
        withRing(capacity: 4, of: Int.self) { ring in
            var next = 0
            for value in 0..<1_000 {
                #expect(ring.push(value))
                if value % 3 == 2 {
                    for _ in 0..<3 {
                        #expect(ring.pop() == next)
                        next += 1
                    }
                }
            }
            #expect(ring.pop() == 999)
            #expect(ring.pop() == nil)
        }
    }

    @Test("a full ring refuses and keeps what it has")
    func full() {
        withRing(capacity: 2, of: UInt8.self) { ring in
            #expect(ring.push(1))
            #expect(ring.push(2))
            #expect(!ring.push(3))
            #expect(ring.count == 2 && ring.room == 0)
            #expect(ring.pop() == 1)
            #expect(ring.push(3))
            #expect(ring.pop() == 2)
            #expect(ring.pop() == 3)
            #expect(ring.pop() == nil)
            #expect(ring.isEmpty)
        }
    }

    @Test("a ring of one element works")
    func single() {
        withRing(capacity: 1, of: UInt64.self) { ring in
            for value in 0..<10 as Range<UInt64> {
                #expect(ring.push(value))
                #expect(!ring.push(value))
                #expect(ring.pop() == value)
                #expect(ring.pop() == nil)
            }
        }
    }

    @Test("a second handle on the same memory joins the ring")
    func joined() {
        withMemory(SPSCRing<UInt32>.byteCount(capacity: 8)) { memory in
            let producer = SPSCRing<UInt32>(at: memory, capacity: 8, initialize: true)
            #expect(producer.push(42))
            let consumer = SPSCRing<UInt32>(at: memory, capacity: 8, initialize: false)
            #expect(consumer.count == 1)
            #expect(consumer.pop() == 42)
            #expect(producer.count == 0)
        }
    }

    @Test("joining with another capacity traps")
    func capacityMismatch() async {
        await #expect(processExitsWith: .failure) {
            withMemory(SPSCRing<UInt32>.byteCount(capacity: 8)) { memory in
                _ = SPSCRing<UInt32>(at: memory, capacity: 8, initialize: true)
                _ = SPSCRing<UInt32>(at: memory, capacity: 4, initialize: false)
            }
        }
    }

    @Test("two threads: a million elements arrive once each and in order")
    func twoThreads() {
        withRing(capacity: 64, of: Message.self) { ring in
            let total: UInt64 = 1_000_000
            let producer = TestThread {
                var value: UInt64 = 0
                while value < total {
                    if ring.push(Message(number: value, echo: ~value)) { value += 1 } else { relax() }
                }
            }
            var expected: UInt64 = 0
            var wrong = 0
            while expected < total {
                guard let message = ring.pop() else {
                    relax()
                    continue
                }
                if message.number != expected || message.echo != ~expected { wrong += 1 }
                expected += 1
            }
            producer.join()
            #expect(wrong == 0)
            #expect(ring.pop() == nil)
        }
    }

    private struct Message: BitwiseCopyable {
        var number: UInt64
        var filler: (UInt64, UInt64, UInt32) = (0, 0, 0)
        var echo: UInt64

        init(number: UInt64, echo: UInt64) {
            self.number = number
            self.echo = echo
        }
    }

    private func withRing<Element: BitwiseCopyable>(
        capacity: Int, of type: Element.Type, _ body: (SPSCRing<Element>) -> Void
    ) {
        withMemory(SPSCRing<Element>.byteCount(capacity: capacity)) { memory in
            body(SPSCRing(at: memory, capacity: capacity, initialize: true))
        }
    }
}
