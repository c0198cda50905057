import MediaControl
import Octets
import Rings
import Testing
import Timing

/// A bridge over heap memory, both ends in one place, no thread.
final class Bridge {
    let memory: UnsafeMutableRawPointer
    let lanes: BridgeLanes
    let control: ControlPort
    private var port: MediaPort

    init(contexts: UInt32 = 4, pairs: Int = 2, mode: PortRegistry.Mode = .shared, capacity: Int = 0) {
        var configuration = MediaConfiguration()
        configuration.contexts = contexts
        configuration.lanes = 1
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: 4096)
        memory = .allocate(byteCount: layout.total, alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: layout.total)
        lanes = BridgeLanes.create(at: memory, configuration: configuration, mediaPrivateBytes: 4096)
        control = ControlPort(
            lanes: lanes, registry: PortRegistry(first: 20000, count: pairs, capacity: pairs + 2, mode: mode),
            admission: MediaAdmission(capacity: capacity, policy: .reserved), seed: 7)
        port = MediaPort(lanes: lanes)
    }

    deinit { memory.deallocate() }

    func nextCommand() -> MediaCommand? { port.nextCommand() }
    func nextSubtract() -> ContextID? { port.nextSubtract() }
    func publish(_ counters: TerminationCounters, slot: UInt32, side: Side) {
        port.publish(counters, slot: slot, side: side)
    }

    func open(_ remote: InetEndpoint? = nil, at now: MonotonicInstant = .at(0)) throws -> OpenedContext {
        let request = TerminationRequest(kind: .rtp, remote: remote)
        guard case .opened(let context) = control.open(a: request, b: request, now: now) else { throw Refused() }
        return context
    }

    /// What the media plane does when a context has ended.
    func finish(_ id: ContextID) {
        for side in Side.allCases {
            var counters = TerminationCounters()
            counters.generation = id.generation
            counters.final = 1
            publish(counters, slot: id.slot, side: side)
        }
    }
}

struct Refused: Error {}

extension MonotonicInstant {
    static func at(_ seconds: Double) -> MonotonicInstant { MonotonicInstant(nanoseconds: UInt64(seconds * 1e9)) }
}

@Suite("The bridge between the planes")
struct BridgeTests {
    let described: TerminationDescriptor = {
        var descriptor = TerminationDescriptor(kind: .rtp)
        descriptor.flags = [.described, .send, .receive]
        return descriptor
    }()

    @Test("an expected far end is booked from the opening on, and its own booking is no collision")
    func expectation() throws {
        let bridge = Bridge(contexts: 4, pairs: 3)
        let far = InetEndpoint(address: .ipv4(0xC000_0201), port: 6000)
        let near = TerminationRequest(kind: .rtp)
        func open() throws -> OpenedContext {
            let expected = TerminationRequest(kind: .rtp, remote: far)
            guard case .opened(let context) = bridge.control.open(a: near, b: expected, now: .at(0)) else {
                throw Refused()
            }
            return context
        }
        let first = try open()
        #expect(!bridge.control.collides(first.id, .b, remote: far))
        let second = try open()
        #expect(second.b.portIndex != first.b.portIndex)
        _ = try open()
        _ = try open()
        #expect(bridge.control.collides(first.id, .b, remote: far))
    }

    @Test("datagrams that are no media are taken off their lane and counted")
    func slowDatagrams() {
        let bridge = Bridge()
        for _ in 0..<3 { #expect(bridge.lanes.slowUp.push(SlowDatagram())) }
        bridge.control.drainSlowDatagrams()
        #expect(bridge.control.slowDatagrams == 3)
        #expect(bridge.lanes.slowUp.count == 0)
    }

    @Test("the first apply adds, later ones modify, with the ports and sources that were taken")
    func addThenModify() throws {
        let bridge = Bridge()
        let context = try bridge.open()
        #expect(bridge.control.apply(context.id, path: .closed, a: described, b: TerminationDescriptor()))
        #expect(bridge.control.apply(context.id, path: .relay, a: described, b: described))
        let add = try #require(bridge.nextCommand())
        let modify = try #require(bridge.nextCommand())
        #expect(add.verb == .add)
        #expect(modify.verb == .modify)
        #expect(modify.path == .relay)
        #expect(add.a.localSSRC == context.a.ssrc)
        #expect(add.a.portIndex == context.a.portIndex)
        #expect(bridge.nextCommand() == nil)
    }

    @Test("a subtract is taken after every command that was given before it")
    func subtractWaitsForItsCommands() throws {
        let bridge = Bridge()
        let context = try bridge.open()
        #expect(bridge.control.apply(context.id, path: .closed, a: described, b: described))
        bridge.control.subtract(context.id, now: .at(1))
        #expect(bridge.nextSubtract() == nil)
        _ = bridge.nextCommand()
        #expect(bridge.nextSubtract() == context.id)
        #expect(bridge.nextSubtract() == nil)
    }

    @Test("a slot comes back only after its final counters were acknowledged, with a new generation")
    func slotReturnsAfterAcknowledgement() throws {
        let bridge = Bridge(contexts: 1)
        let first = try bridge.open()
        #expect(bridge.control.apply(first.id, path: .closed, a: described, b: described))
        bridge.control.subtract(first.id, now: .at(1))
        #expect(throws: Refused.self) { try bridge.open() }
        bridge.finish(first.id)
        #expect(bridge.control.counters(of: first.id, .a)?.final == 1)
        bridge.control.acknowledge(first.id, now: .at(2))
        let second = try bridge.open()
        #expect(second.id.slot == first.id.slot)
        #expect(second.id.generation != first.id.generation)
        #expect(bridge.control.counters(of: second.id, .a) == nil)
    }

    @Test("an ended context whose notice was lost is found by its final counters")
    func lostNoticeIsFound() throws {
        let bridge = Bridge()
        let context = try bridge.open()
        #expect(bridge.control.apply(context.id, path: .closed, a: described, b: described))
        bridge.control.subtract(context.id, now: .at(1))
        bridge.finish(context.id)
        #expect(bridge.control.nextEvent(now: .at(1.1)) == nil)
        #expect(bridge.control.nextEvent(now: .at(2))?.notice == .subtracted)
        #expect(bridge.control.nextEvent(now: .at(3)) == nil)
    }

    @Test("a context that was never applied needs no media plane to end")
    func reservedContextEndsAtOnce() throws {
        let bridge = Bridge(contexts: 1)
        let context = try bridge.open()
        bridge.control.subtract(context.id, now: .at(0))
        _ = try bridge.open()
        #expect(bridge.control.openCount == 1)
    }

    @Test("audit ends what an earlier control side left running, and numbers slots on")
    func auditEndsOrphans() throws {
        let bridge = Bridge(contexts: 2)
        var counters = TerminationCounters()
        counters.generation = 9
        bridge.publish(counters, slot: 1, side: .a)
        #expect(bridge.control.audit(now: .at(0)) == 1)
        #expect(bridge.nextSubtract() == ContextID(slot: 1, generation: 9))
        let next = try bridge.open()
        #expect(next.id.slot == 0)
        bridge.finish(ContextID(slot: 1, generation: 9))
        bridge.control.acknowledge(ContextID(slot: 1, generation: 9), now: .at(1))
        #expect(try bridge.open().id.generation == 10)
    }

    @Test("a region that another process laid out is joined; a foreign one is refused")
    func attachment() {
        let bridge = Bridge()
        let joined = BridgeLanes.attach(to: bridge.memory, byteCount: bridge.lanes.layout.total)
        #expect(joined?.layout == bridge.lanes.layout)
        #expect(BridgeLanes.attach(to: bridge.memory, byteCount: 8192) == nil)
        bridge.memory.storeBytes(of: 0, as: UInt64.self)
        #expect(BridgeLanes.attach(to: bridge.memory, byteCount: bridge.lanes.layout.total) == nil)
    }

    @Test("block lanes carry audio both ways apart from each other")
    func blockLanes() {
        let bridge = Bridge()
        var block = AudioBlock()
        block.samples[79] = -5
        let up = bridge.lanes.lane(0, up: true)
        #expect(up.push(block))
        let down = bridge.lanes.lane(0, up: false).pop()
        let heard = up.pop()
        #expect(down == nil)
        #expect(heard?.samples[79] == -5)
    }
}
