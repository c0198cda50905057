import MediaControl
import Octets
import Testing
import Timing

/// A registry that expectations may change.
final class Pool {
    var value: PortRegistry

    init(first: UInt16, count: Int, capacity: Int, mode: PortRegistry.Mode) {
        value = PortRegistry(first: first, count: count, capacity: capacity, mode: mode)
    }

    var list: [(index: Int, pair: PortRegistry.Pair)] { value.list }

    func take(remote: InetEndpoint?, now: MonotonicInstant) -> Int? { value.take(remote: remote, now: now) }
    func expect(_ remote: InetEndpoint, at index: Int) { value.expect(remote, at: index) }
    func settle(_ remote: InetEndpoint, at index: Int) { value.settle(remote, at: index) }
    func collides(_ remote: InetEndpoint, at index: Int) -> Bool { value.collides(remote, at: index) }
    func leave(_ index: Int, now: MonotonicInstant) -> Bool { value.leave(index, now: now) }
    func claim(_ number: UInt16) throws(PortRegistry.Refusal) -> Int { try value.claim(number) }
    func opened(_ index: Int, _ success: Bool) { value.opened(index, success) }
    func closed(_ index: Int) { value.closed(index) }
    func relinquish(_ number: UInt16) throws(PortRegistry.Refusal) -> (index: Int, closeNow: Bool) {
        try value.relinquish(number)
    }
}

/// An admission that expectations may change.
final class Gate {
    var value: MediaAdmission

    init(capacity: Int, policy: MediaAdmission.Policy) { value = MediaAdmission(capacity: capacity, policy: policy) }

    var measured: Int { value.measured }

    func admit(rate: Int, force: Bool, now: MonotonicInstant) -> Bool {
        value.admit(rate: rate, force: force, now: now)
    }
    func release(rate: Int) { value.release(rate: rate) }
    func load(now: MonotonicInstant) -> Int { value.load(now: now) }
    func sample(packets: UInt64, now: MonotonicInstant) { value.sample(packets: packets, now: now) }
}

@Suite("Port registry")
struct PoolTests {
    let far = InetEndpoint(address: .ipv4(0x7F00_0502), port: 20000)

    @Test("the least loaded pair is taken, so a small installation shares nothing")
    func leastLoaded() {
        let registry = Pool(first: 20000, count: 3, capacity: 3, mode: .shared)
        let taken = (0..<3).compactMap { _ in registry.take(remote: nil, now: .at(0)) }
        #expect(Set(taken).count == 3)
        _ = registry.leave(1, now: .at(1))
        #expect(registry.take(remote: nil, now: .at(1)) == 1)
    }

    @Test("calls of one far endpoint that have not proved themselves go to different pairs")
    func unprovenApart() throws {
        let registry = Pool(first: 20000, count: 2, capacity: 2, mode: .shared)
        let first = try #require(registry.take(remote: far, now: .at(0)))
        registry.expect(far, at: first)
        _ = registry.take(remote: nil, now: .at(0))
        _ = registry.take(remote: nil, now: .at(0))
        let second = try #require(registry.take(remote: far, now: .at(0)))
        #expect(second != first)
        #expect(registry.collides(far, at: first))
        registry.settle(far, at: first)
        #expect(!registry.collides(far, at: first))
    }

    @Test("one call a pair in per-call mode, and a rest of 5 s between two")
    func perCall() {
        let registry = Pool(first: 20000, count: 1, capacity: 1, mode: .perCall)
        #expect(registry.take(remote: nil, now: .at(0)) == 0)
        #expect(registry.take(remote: nil, now: .at(0)) == nil)
        _ = registry.leave(0, now: .at(10))
        #expect(registry.take(remote: nil, now: .at(14.9)) == nil)
        #expect(registry.take(remote: nil, now: .at(15)) == 0)
    }

    @Test("a relinquished pair takes no new call and closes with its last one")
    func draining() throws {
        let registry = Pool(first: 20000, count: 2, capacity: 2, mode: .shared)
        #expect(registry.take(remote: nil, now: .at(0)) == 0)
        let left = try registry.relinquish(20000)
        #expect(left.index == 0)
        #expect(!left.closeNow)
        #expect(registry.take(remote: nil, now: .at(0)) == 1)
        #expect(registry.take(remote: nil, now: .at(0)) == 1)
        #expect(registry.leave(0, now: .at(1)))
        registry.closed(0)
        #expect(registry.list.map(\.pair.number) == [20002])
    }

    @Test("what cannot be claimed or relinquished says why")
    func refusals() {
        let registry = Pool(first: 20000, count: 1, capacity: 2, mode: .shared)
        #expect(throws: PortRegistry.Refusal.oddPort) { try registry.claim(20003) }
        #expect(throws: PortRegistry.Refusal.alreadyReserved) { try registry.claim(20000) }
        #expect(throws: PortRegistry.Refusal.lastPair) { try registry.relinquish(20000) }
        #expect(throws: PortRegistry.Refusal.notReserved) { try registry.relinquish(30000) }
        #expect(throws: Never.self) { try registry.claim(30000) }
        #expect(throws: PortRegistry.Refusal.noRoom) { try registry.claim(30002) }
    }

    @Test("a claimed pair takes calls when it is bound, and is forgotten when it could not be")
    func claiming() throws {
        let registry = Pool(first: 20000, count: 0, capacity: 1, mode: .shared)
        let index = try registry.claim(20010)
        #expect(registry.take(remote: nil, now: .at(0)) == nil)
        registry.opened(index, true)
        #expect(registry.take(remote: nil, now: .at(0)) == index)
        let other = Pool(first: 20000, count: 0, capacity: 1, mode: .shared)
        other.opened(try other.claim(20010), false)
        #expect(other.list.isEmpty)
    }
}

@Suite("Media admission")
struct AdmissionTests {
    @Test("reserved: calls fit until 85 % of the capacity is promised, and again when one has ended")
    func reserved() {
        let admission = Gate(capacity: 1000, policy: .reserved)
        let rate = MediaAdmission.worstCase(packetTimeA: 20, packetTimeB: 20)
        #expect(rate == 100)
        let admitted = (0..<10).filter { _ in admission.admit(rate: rate, force: false, now: .at(0)) }.count
        #expect(admitted == 8)
        #expect(admission.admit(rate: rate, force: true, now: .at(0)))
        admission.release(rate: 2 * rate)
        #expect(admission.admit(rate: rate, force: false, now: .at(100)))
    }

    @Test("measured: a new call counts with its worst case, a settled one with what it sends")
    func measured() {
        let admission = Gate(capacity: 1000, policy: .measured)
        for _ in 0..<8 { #expect(admission.admit(rate: 100, force: false, now: .at(0))) }
        #expect(!admission.admit(rate: 100, force: false, now: .at(1)))
        admission.sample(packets: 0, now: .at(2))
        admission.sample(packets: 200, now: .at(4))
        #expect(admission.measured == 100)
        #expect(admission.load(now: .at(4)) == 100)
        #expect(admission.admit(rate: 100, force: false, now: .at(4)))
        #expect(admission.load(now: .at(4)) == 200)
    }
}
