import Octets
import Rings
import Tables
package import Timing

/// The control plane's end of the bridge: gives commands, takes events, reads counters, owns the pool of
/// slots and ports. Nothing here waits; a full lane is an answer.
///
/// Owner: the SIP shard's event loop. The doorbell is rung by the shell when `takeDoorbell` says so.
package final class ControlPort {
    enum SlotState {
        case free
        /// Slot and ports are taken, the media plane does not know of it yet.
        case reserved
        case live
        /// Subtracted; final counters are awaited.
        case ending(since: MonotonicInstant)
    }

    struct Slot {
        var generation: UInt32 = 0
        var state: SlotState = .free
        var rate = 0
        var a = Terminal()
        var b = Terminal()

        subscript(_ side: Side) -> Terminal {
            get { side == .a ? a : b }
            set {
                switch side {
                case .a: a = newValue
                case .b: b = newValue
                }
            }
        }

        /// A side's next pair, while its far end is being told of it.
        var move: Move?
        /// The pair that a side has left and the media plane has not been told of yet.
        var left: Leaving?
    }

    struct Move {
        let side: Side
        let terminal: Terminal
    }

    struct Leaving {
        let terminal: Terminal
        let since: MonotonicInstant
    }

    /// One side as the control plane books it.
    struct Terminal {
        var portIndex: UInt16?
        var ssrc: UInt32 = 0
        var expected: InetEndpoint?
        var proven = false
    }

    let lanes: BridgeLanes
    package internal(set) var registry: PortRegistry
    package var admission: MediaAdmission
    var slots: [Slot]
    var freeSlots: [UInt32]
    var ending: [UInt32] = []
    var usedSources = ShrinkingSet<UInt64>()
    private var generator: SeededGenerator
    private var commandsGiven: UInt64
    private var doorbellDue = false
    var pendingCloses: [Int] = []
    package internal(set) var openCount = 0
    /// Datagrams that were no media, since the start.
    package internal(set) var slowDatagrams: UInt64 = 0

    /// A port over the region's lanes. `audit` ends what the media plane holds from an earlier control side.
    package init(lanes: BridgeLanes, registry: PortRegistry, admission: MediaAdmission, seed: UInt64) {
        self.lanes = lanes
        self.registry = registry
        self.admission = admission
        generator = SeededGenerator(seed: seed)
        let count = lanes.contextCount
        slots = Array(repeating: Slot(), count: count)
        freeSlots = (0..<UInt32(count)).reversed()
        commandsGiven = lanes.commandsTaken.load() + UInt64(lanes.commands.count)
    }

    /// Takes a slot and ports for a call. The media plane hears of it with the first `apply`.
    ///
    /// - Parameter force: emergency calls pass admission (never a lack of slots).
    package func open(
        a: TerminationRequest, b: TerminationRequest, force: Bool = false, now: MonotonicInstant
    ) -> Opening {
        guard lanes.commands.count < lanes.commands.capacity / 2 else { return .busy }
        let rate = MediaAdmission.worstCase(packetTimeA: a.packetTime, packetTimeB: b.packetTime)
        guard let index = freeSlots.last else { return .exhausted }
        guard admission.admit(rate: rate, force: force, now: now) else { return .overCapacity }
        guard let terminalA = take(a, now: now) else {
            admission.release(rate: rate)
            return .exhausted
        }
        guard let terminalB = take(b, now: now) else {
            drop(terminalA, now: now)
            admission.release(rate: rate)
            return .exhausted
        }
        freeSlots.removeLast()
        let place = Int(index)
        slots[place].generation &+= 1
        if slots[place].generation == 0 { slots[place].generation = 1 }
        slots[place].state = .reserved
        slots[place].rate = rate
        slots[place].a = terminalA
        slots[place].b = terminalB
        openCount += 1
        let id = ContextID(slot: index, generation: slots[place].generation)
        return .opened(OpenedContext(id: id, a: local(terminalA), b: local(terminalB)))
    }

    /// Gives both sides' whole wanted state. False: the lane is full, nothing changed; try again later.
    package func apply(
        _ context: ContextID, path: MediaPath, a: TerminationDescriptor, b: TerminationDescriptor
    ) -> Bool {
        guard isCurrent(context) else { return false }
        let place = Int(context.slot)
        let verb: MediaVerb
        switch slots[place].state {
        case .reserved: verb = .add
        case .live: verb = .modify
        case .free, .ending: return false
        }
        var command = MediaCommand(verb)
        command.context = context
        command.path = path
        command.a = bound(a, to: slots[place].a)
        command.b = bound(b, to: slots[place].b)
        guard give(command) else { return false }
        slots[place].state = .live
        leave(place)
        expect(a, side: .a, place)
        expect(b, side: .b, place)
        return true
    }

    /// Ends a context; its final counters come with a `subtracted` event. Always accepted.
    package func subtract(_ context: ContextID, now: MonotonicInstant) {
        guard isCurrent(context) else { return }
        let place = Int(context.slot)
        switch slots[place].state {
        case .reserved:
            release(place, now: now)
        case .live:
            let accepted = lanes.subtracts.push(SubtractOrder(context: context, after: commandsGiven))
            precondition(accepted, "the subtract lane has room for every slot")
            doorbellDue = true
            slots[place].state = .ending(since: now)
            ending.append(context.slot)
        case .free, .ending:
            break
        }
    }

    /// Sends one telephone event (0...15) to a side, for `milliseconds`. False: busy.
    package func sendDigit(_ digit: UInt8, milliseconds: Int, to side: Side, of context: ContextID) -> Bool {
        guard isCurrent(context) else { return false }
        var command = MediaCommand(.sendDigit)
        command.context = context
        command.side = side
        command.digit = digit
        command.duration = UInt16(clamping: milliseconds)
        return give(command)
    }

    /// Whether the media side has to be woken; asking resets it.
    package func takeDoorbell() -> Bool { takeTold() && isAsleep }

    /// Whether the media side was told anything since this was asked last.
    package func takeTold() -> Bool {
        defer { doorbellDue = false }
        return doorbellDue
    }

    /// Whether the media side hears of it only when it is rung.
    package var isAsleep: Bool { lanes.mediaSleeps.load() != 0 }

    func give(_ command: MediaCommand) -> Bool {
        guard lanes.commands.push(command) else { return false }
        commandsGiven += 1
        doorbellDue = true
        return true
    }

    func isCurrent(_ context: ContextID) -> Bool {
        let place = Int(context.slot)
        return slots.indices.contains(place) && slots[place].generation == context.generation
    }

    private func take(_ request: TerminationRequest, now: MonotonicInstant) -> Terminal? {
        guard request.kind == .rtp else { return Terminal(portIndex: nil, ssrc: 0) }
        guard let index = registry.take(remote: request.remote, now: now) else { return nil }
        if let remote = request.remote { registry.expect(remote, at: index) }
        return Terminal(portIndex: UInt16(index), ssrc: freshSource(on: index), expected: request.remote)
    }

    private func freshSource(on index: Int) -> UInt32 {
        while true {
            let ssrc = UInt32(truncatingIfNeeded: generator.next())
            if ssrc != 0, usedSources.insert(UInt64(index) << 32 | UInt64(ssrc)) { return ssrc }
        }
    }

    func local(_ terminal: Terminal) -> LocalTermination {
        let number = terminal.portIndex.flatMap { registry.pair(at: Int($0))?.number } ?? 0
        return LocalTermination(portIndex: terminal.portIndex ?? 0, rtpPort: number, ssrc: terminal.ssrc)
    }

    private func bound(_ descriptor: TerminationDescriptor, to terminal: Terminal) -> TerminationDescriptor {
        var bound = descriptor
        bound.portIndex = terminal.portIndex ?? 0
        bound.localSSRC = terminal.ssrc
        return bound
    }
}
