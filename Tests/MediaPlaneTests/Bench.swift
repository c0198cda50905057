import MediaControl
import MediaPlane
import Octets
import PacketDemux
import Rings
import Timing

/// One datagram that the plane sent.
struct Sent {
    let octets: [UInt8]
    let port: LocalPort
    let destination: InetEndpoint
    let at: MonotonicInstant
}

/// A media plane with its bridge and batches, in memory of its own, under a virtual clock.
final class Bench {
    private let region: UnsafeMutableRawPointer
    private let batches: UnsafeMutableRawPointer
    let lanes: BridgeLanes
    var plane: MediaPlane
    private var batch: DatagramBatch
    private var egress: EgressBatch
    private(set) var now = MonotonicInstant.start + .seconds(1_000_000)
    private(set) var events: [MediaEvent] = []
    var sent: [Sent] = []
    private var given: UInt64 = 0
    private(set) var shellOrders: [MediaCommand] = []

    init(contexts: UInt32 = 8, egressCapacity: Int = 128, seed: UInt64 = 42) {
        var configuration = MediaConfiguration()
        configuration.contexts = contexts
        configuration.lanes = 2
        configuration.seed = seed
        configuration.canonicalName = 0x0123_4567_89ab_cdef
        let privateBytes = MediaPlane.byteCount(configuration)
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: privateBytes)
        region = .allocate(byteCount: layout.total, alignment: 4096)
        region.initializeMemory(as: UInt8.self, repeating: 0, count: layout.total)
        lanes = BridgeLanes.create(at: region, configuration: configuration, mediaPrivateBytes: privateBytes)
        plane = MediaPlane(at: lanes.mediaPrivate, lanes: lanes, now: now)
        let egressOctets = EgressBatch.byteCount(capacity: egressCapacity)
        batches = .allocate(byteCount: DatagramBatch.byteCount + egressOctets + 64, alignment: 64)
        batch = DatagramBatch(at: batches)
        egress = EgressBatch(at: batches + (DatagramBatch.byteCount + 63) / 64 * 64, capacity: egressCapacity)
    }

    deinit {
        region.deallocate()
        batches.deallocate()
    }

    /// Gives a command and has it carried out.
    func give(_ command: MediaCommand) {
        precondition(lanes.commands.push(command))
        given += 1
        takeAll()
    }

    func apply(
        _ verb: MediaVerb, _ context: ContextID, _ path: MediaPath, _ a: TerminationDescriptor,
        _ b: TerminationDescriptor
    ) {
        var command = MediaCommand(verb)
        command.context = context
        command.path = path
        command.correlation = 77
        command.a = a
        command.b = b
        give(command)
    }

    func subtract(_ context: ContextID) {
        precondition(lanes.subtracts.push(SubtractOrder(context: context, after: given)))
        takeAll()
    }

    private func takeAll() {
        var isDone = false
        while !isDone {
            switch plane.takeCommand(into: &egress, now: now) {
            case .none: isDone = true
            case .taken: break
            case .shell(let command): shellOrders.append(command)
            }
        }
        flush()
    }

    /// Puts a datagram into the batch; `deliver` hands it over.
    func arrive(_ octets: [UInt8], from source: InetEndpoint, pair: UInt16, channel: PortChannel = .rtp) {
        let place = batch.landing(0)
        for (offset, octet) in octets.enumerated() { place.set(octet: octet, at: offset) }
        batch.append(count: octets.count, port: LocalPort(pair: pair, channel: channel), source: source, arrival: now)
        if batch.room == 0 { deliver() }
    }

    /// Hands the batch to the plane and sends what comes of it, `lateness` later.
    func deliver(lateness: TimeSpan = .zero) {
        plane.ingress(batch, into: &egress, now: now)
        flush(lateness: lateness)
        batch.removeAll()
    }

    /// Lets time pass and serves every tick at its instant.
    func run(milliseconds: Int) {
        let end = now + .milliseconds(milliseconds)
        while plane.nextDeadline <= end {
            now = max(now, plane.nextDeadline)
            tick()
        }
        now = end
    }

    var deadline: MonotonicInstant { plane.nextDeadline }
    var contextCount: Int { plane.contextCount }
    func align(_ wall: WallInstant) { plane.align(wall, at: now) }

    /// Has the control side's datagrams sent.
    func sendSlow() {
        plane.sendSlow(into: &egress)
        flush()
    }

    /// Serves the tick at the present instant.
    func tick() {
        while plane.tick(into: &egress, now: now) { flush() }
        flush()
    }

    /// Lets time pass without serving anybody.
    func stall(milliseconds: Int) { now += .milliseconds(milliseconds) }

    private func flush(lateness: TimeSpan = .zero) {
        for index in 0..<egress.count {
            let datagram = egress[index]
            let octets = (0..<datagram.octets.count).map { datagram.octets.octet(at: $0) }
            sent.append(Sent(octets: octets, port: datagram.port, destination: datagram.destination, at: now))
        }
        plane.sent(at: now + lateness)
        egress.removeAll()
        while let event = lanes.events.pop() { events.append(event) }
    }

    func takeEvents(_ notice: MediaNotice) -> [MediaEvent] {
        let found = events.filter { $0.notice == notice }
        events.removeAll { $0.notice == notice }
        return found
    }

    func counters(_ context: ContextID, _ side: Side) -> TerminationCounters {
        lanes.terminations.load(at: Int(context.slot) * 2 + Int(side.rawValue)) ?? TerminationCounters()
    }

    var shardCounters: ShardCounters { lanes.shard.load() ?? ShardCounters() }

    /// What was sent since the last call.
    func takeSent() -> [Sent] {
        defer { sent.removeAll() }
        return sent
    }
}
