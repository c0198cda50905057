import CRealTimeGuard
import Foundation
import Glibc
import Testing

@Suite("The real-time guard catches what it is there for", .enabled(if: rtguard_is_built() != 0))
struct GuardCatches {
    @Test("malloc, free and locks of this process reach the guard")
    func isActive() {
        #expect(rtguard_is_active() == 1)
    }

    @Test("arithmetic on the stack counts nothing")
    func silence() {
        var sum: UInt64 = 1
        rtguard_enter()
        var value: UInt64 = 0
        while value < 1_000 {
            sum = sum &* 31 &+ value
            value &+= 1
        }
        let found = rtguard_exit()
        #expect(found == (0, 0, 0, 0))
        #expect(sum != 0)
    }

    @Test("an array that grows is an allocation, and a free when it moves")
    func allocation() {
        var array: [Int] = []
        rtguard_enter()
        for value in 0..<1_000 { array.append(value) }
        let found = rtguard_exit()
        #expect(found.allocations >= 2)
        #expect(found.frees >= 1)
        #expect(array.count == 1_000)
    }

    @Test("a free alone is counted")
    func free() {
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
        rtguard_enter()
        memory.deallocate()
        let found = rtguard_exit()
        #expect(found.frees == 1)
        #expect(found.allocations == 0)
    }

    @Test("a pthread mutex is a lock")
    func mutex() {
        var mutex = pthread_mutex_t()
        pthread_mutex_init(&mutex, nil)
        rtguard_enter()
        pthread_mutex_lock(&mutex)
        pthread_mutex_unlock(&mutex)
        let found = rtguard_exit()
        pthread_mutex_destroy(&mutex)
        #expect(found.locks == 1)
    }

    @Test("an NSLock is a lock")
    func foundationLock() {
        let lock = NSLock()
        rtguard_enter()
        lock.lock()
        lock.unlock()
        let found = rtguard_exit()
        #expect(found.locks >= 1)
    }

    @Test("a semaphore and a read-write lock are locks")
    func otherLocks() {
        var semaphore = sem_t()
        sem_init(&semaphore, 0, 1)
        var lock = pthread_rwlock_t()
        pthread_rwlock_init(&lock, nil)
        rtguard_enter()
        sem_wait(&semaphore)
        pthread_rwlock_rdlock(&lock)
        pthread_rwlock_unlock(&lock)
        pthread_rwlock_wrlock(&lock)
        pthread_rwlock_unlock(&lock)
        let found = rtguard_exit()
        sem_destroy(&semaphore)
        pthread_rwlock_destroy(&lock)
        #expect(found.locks == 3)
    }

    @Test("holding an object is reference counting")
    func referenceCounting() {
        let object = Thing()
        let holder = Holder()
        rtguard_enter()
        holder.hold(object)
        holder.hold(nil)
        let found = rtguard_exit()
        #expect(found.reference_counts >= 2)
        #expect(object.number == 3)
    }

    @Test("other threads, and this one while paused, are not counted")
    func onlyTheMarkedThread() {
        rtguard_enter()
        rtguard_pause()
        let array = Array(repeating: 1, count: 100)
        rtguard_resume()
        let found = rtguard_exit()
        #expect(found == (0, 0, 0, 0))
        #expect(array.count == 100)
    }

    @Test("with the trap set, the first forbidden call stops the process")
    func trap() async {
        await #expect(processExitsWith: .signal(SIGTRAP)) {
            rtguard_set_trap(1)
            rtguard_enter()
            let memory = UnsafeMutableRawPointer.allocate(byteCount: 64, alignment: 16)
            memory.deallocate()
        }
    }
}

private final class Thing {
    var number = 3
}

private final class Holder {
    private var thing: Thing?

    @inline(never)
    func hold(_ thing: Thing?) { self.thing = thing }
}

/// Allocations, frees, locks and reference counts in this order.
private func == (found: rtguard_counts, expected: (UInt64, UInt64, UInt64, UInt64)) -> Bool {
    (found.allocations, found.frees, found.locks, found.reference_counts) == expected
}
