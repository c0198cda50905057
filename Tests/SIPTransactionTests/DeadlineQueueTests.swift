import SIPTransaction
import Testing
import Timing

@Suite("Deadlines come due in order, and can be moved and taken back")
struct DeadlineQueueTests {
    private func instant(_ milliseconds: Int) -> MonotonicInstant { .start + .milliseconds(milliseconds) }

    private func drain(_ queue: inout DeadlineQueue<Int>, now: MonotonicInstant) -> [Int] {
        var keys: [Int] = []
        while let key = queue.popDue(now: now) { keys.append(key) }
        return keys
    }

    @Test("the earliest first; equal ones as they were armed")
    func order() {
        var queue = DeadlineQueue<Int>()
        for (key, time) in [(1, 30), (2, 10), (3, 20), (4, 10), (5, 40)] { queue.arm(key, at: instant(time)) }
        #expect(queue.next == instant(10))
        #expect(drain(&queue, now: instant(30)) == [2, 4, 3, 1])
        #expect(queue.next == instant(40))
    }

    @Test("a deadline is due at its instant, not before")
    func boundary() {
        var queue = DeadlineQueue<Int>()
        queue.arm(1, at: instant(10))
        #expect(queue.popDue(now: instant(9)) == nil)
        #expect(queue.popDue(now: instant(10)) == 1)
        #expect(queue.isEmpty)
    }

    @Test("arming again moves; disarming forgets")
    func moveAndForget() {
        var queue = DeadlineQueue<Int>()
        queue.arm(1, at: instant(10))
        queue.arm(2, at: instant(20))
        queue.arm(1, at: instant(30))
        queue.disarm(2)
        #expect(queue.next == instant(30))
        #expect(queue.count == 1)
        #expect(drain(&queue, now: instant(100)) == [1])
        #expect(queue.next == nil)
    }

    @Test("room follows the number of names down, whether they come due or are disarmed", arguments: [false, true])
    func room(comeDue: Bool) {
        var queue = DeadlineQueue<Int>()
        for key in 0..<10_000 { queue.arm(key, at: instant(key)) }
        let full = queue.capacity
        if comeDue {
            #expect(drain(&queue, now: instant(9_989)).count == 9_990)
        } else {
            for key in 0..<9_990 { queue.disarm(key) }
        }
        #expect(full >= 10_000)
        #expect(queue.count == 10)
        #expect(queue.capacity < 500)
        #expect(drain(&queue, now: instant(10_000)) == Array(9_990..<10_000))
    }

    @Test("ten thousand moves of a hundred names keep order and count")
    func churn() {
        var queue = DeadlineQueue<Int>()
        var expected: [Int: Int] = [:]
        var state: UInt32 = 7
        for _ in 0..<10_000 {
            state = state &* 1_664_525 &+ 1_013_904_223
            let key = Int(state >> 8) % 100
            let time = Int(state >> 16) % 1_000
            if state & 7 == 0 {
                queue.disarm(key)
                expected[key] = nil
            } else {
                queue.arm(key, at: instant(time))
                expected[key] = time
            }
        }
        #expect(queue.count == expected.count)
        let keys = drain(&queue, now: instant(1_000))
        #expect(Set(keys) == Set(expected.keys))
        #expect(keys.map { expected[$0] ?? -1 } == expected.values.sorted())
    }
}
