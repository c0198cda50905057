package import MediaControl
import Octets
package import PacketDemux
import RTP
import Rings
package import Timing

/// What became of one call of `takeCommand`.
package enum CommandStep: Sendable {
    /// Nothing waited.
    case none
    /// Something was carried out.
    case taken
    /// A command about ports or the thread, which the loop carries out: `claimPort`, `relinquishPort`, `stop`.
    case shell(MediaCommand)
}

extension MediaPlane {
    /// Carries out at most one command and one subtraction. RT safe, bounded: about 40 changes of the flow index, two
    /// RTCP datagrams.
    ///
    /// A subtraction sends its BYE through `egress`; when that has no room, it waits for the next call.
    @_noAllocation @_noLocks
    package mutating func takeCommand(into egress: inout EgressBatch, now: MonotonicInstant) -> CommandStep {
        var step = CommandStep.none
        if let command = port.nextCommand() {
            step = .taken
            switch command.verb {
            case .add: add(command, now: now)
            case .modify: modify(command, now: now)
            case .sendDigit: sendDigit(command)
            case .claimPort, .relinquishPort, .stop: step = .shell(command)
            }
        }
        guard egress.room >= 2, let ended = port.nextSubtract() else { return step }
        subtract(ended, into: &egress, now: now)
        switch step {
        case .shell: return step
        case .none, .taken: return .taken
        }
    }

    @_noAllocation @_noLocks
    private mutating func add(_ command: MediaCommand, now: MonotonicInstant) {
        let slot = Int(command.context.slot)
        guard slot < contexts.count, command.context.generation != 0, contexts[slot].generation == 0 else {
            return refuseCommand(command)
        }
        contexts[slot] = ContextState()
        contexts[slot].generation = command.context.generation
        begin(2 * slot, command.a, command.context, now: now)
        begin(2 * slot + 1, command.b, command.context, now: now)
        guard expect(2 * slot, now: now), expect(2 * slot + 1, now: now), choosePath(slot, command.path, now: now)
        else {
            undo(slot, now: now)
            return refuseCommand(command)
        }
        contexts[slot].activePlace = Int32(truncatingIfNeeded: activeCount)
        active[activeCount] = command.context.slot
        activeCount += 1
        grid.wake(now: now)
        publish(2 * slot)
        publish(2 * slot + 1)
    }

    @_noAllocation @_noLocks
    private mutating func modify(_ command: MediaCommand, now: MonotonicInstant) {
        guard isCurrent(command.context) else { return refuseCommand(command) }
        let slot = Int(command.context.slot)
        let a = terminations[2 * slot].wanted
        let b = terminations[2 * slot + 1].wanted
        let path = contexts[slot].path
        terminations[2 * slot].want(command.a)
        terminations[2 * slot + 1].want(command.b)
        if expect(2 * slot, now: now), expect(2 * slot + 1, now: now), choosePath(slot, command.path, now: now) {
            return
        }
        terminations[2 * slot].want(a)
        terminations[2 * slot + 1].want(b)
        _ = expect(2 * slot, now: now)
        _ = expect(2 * slot + 1, now: now)
        _ = choosePath(slot, path, now: now)
        refuseCommand(command)
    }

    @_noAllocation @_noLocks
    private mutating func sendDigit(_ command: MediaCommand) {
        guard isCurrent(command.context), command.digit <= 16 else { return refuseCommand(command) }
        let slot = Int(command.context.slot)
        let index = 2 * slot + Int(command.side.number)
        guard terminations[index].isRTP, terminations[index].wanted.sendEventType <= 127,
            terminations[index].digitsOut.push(event: command.digit, milliseconds: command.duration)
        else { return refuseCommand(command) }
        joinTick(slot)
    }

    @_noAllocation @_noLocks
    private mutating func refuseCommand(_ command: MediaCommand) {
        var event = MediaEvent(.refused, context: command.context, side: command.side)
        event.correlation = command.correlation
        port.tell(event)
    }

    @_noAllocation @_noLocks
    private mutating func begin(
        _ index: Int, _ wanted: TerminationDescriptor, _ context: ContextID, now: MonotonicInstant
    ) {
        let flow = FlowID(slot: UInt32(truncatingIfNeeded: index), generation: context.generation)
        terminations[index] = Termination(wanted, flow: flow, interval: interval, generator: &generator, now: now)
    }

    /// Whether `context` names the life that its slot is in. RT safe.
    @_noAllocation @_noLocks
    func isCurrent(_ context: ContextID) -> Bool {
        Int(context.slot) < contexts.count && context.generation != 0
            && contexts[Int(context.slot)].generation == context.generation
    }

    /// Takes back a context that could not be completed.
    @_noAllocation @_noLocks
    private mutating func undo(_ slot: Int, now: MonotonicInstant) {
        leaveTick(slot)
        releasePlayer(slot)
        flows.remove(terminations[2 * slot].flow, now: now)
        flows.remove(terminations[2 * slot + 1].flow, now: now)
        contexts[slot] = ContextState()
    }
}

extension Side {
    /// 0 for A, 1 for B. RT safe.
    var number: UInt8 {
        @_noAllocation @_noLocks get {
            switch self {
            case .a: return 0
            case .b: return 1
            }
        }
    }
}
