import MediaControl
import Octets
import Rings
import Timing

/// Plays the media plane over heap memory: takes commands, publishes counters, tells events.
final class FakeMedia {
    private let memory: UnsafeMutableRawPointer
    let control: ControlPort
    private var port: MediaPort
    /// The last command of each slot that lives.
    private(set) var contexts: [UInt32: MediaCommand] = [:]
    private(set) var subtracted: [ContextID] = []
    private var counters: [UInt32: [TerminationCounters]] = [:]
    /// Subtracts are carried out and told at once, unless a test wants it otherwise.
    var endsContexts = true

    init(contexts: UInt32 = 16, pairs: Int = 8, capacity: Int = 0) {
        var configuration = MediaConfiguration()
        configuration.contexts = contexts
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: 4096)
        memory = .allocate(byteCount: layout.total, alignment: 4096)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: layout.total)
        let lanes = BridgeLanes.create(at: memory, configuration: configuration, mediaPrivateBytes: 4096)
        control = ControlPort(
            lanes: lanes, registry: PortRegistry(first: 20000, count: pairs, capacity: pairs, mode: .shared),
            admission: MediaAdmission(capacity: capacity, policy: .reserved), seed: 7)
        port = MediaPort(lanes: lanes)
    }

    deinit { memory.deallocate() }

    /// Does what waits and returns what there is to tell.
    func work(now: MonotonicInstant) -> [MediaEvent] {
        while let command = port.nextCommand() {
            contexts[command.context.slot] = command
            if command.verb == .add { publish(command.context, [blank(command.context), blank(command.context)]) }
        }
        while endsContexts, let context = port.nextSubtract() { end(context) }
        var events: [MediaEvent] = []
        while let event = control.nextEvent(now: now) { events.append(event) }
        return events
    }

    private func end(_ context: ContextID) {
        contexts[context.slot] = nil
        subtracted.append(context)
        let final = (counters[context.slot] ?? [blank(context), blank(context)]).map { counter in
            var counter = counter
            counter.final = 1
            return counter
        }
        publish(context, final)
        port.tell(MediaEvent(.subtracted, context: context))
    }

    /// Packets have come from a side until `last`.
    func receive(_ packets: UInt64, from side: Side, slot: UInt32 = 0, last: MonotonicInstant) {
        guard let context = contexts[slot]?.context, var both = counters[slot] else { return }
        let index = side == .a ? 0 : 1
        both[index].packetsIn += packets
        both[index].octetsIn += packets * 160
        both[index].lastIn = last
        both[1 - index].packetsOut += packets
        both[1 - index].lastOut = last
        publish(context, both)
    }

    private func blank(_ context: ContextID) -> TerminationCounters {
        var counters = TerminationCounters()
        counters.generation = context.generation
        return counters
    }

    private func publish(_ context: ContextID, _ both: [TerminationCounters]) {
        counters[context.slot] = both
        port.publish(both[0], slot: context.slot, side: .a)
        port.publish(both[1], slot: context.slot, side: .b)
    }
}
