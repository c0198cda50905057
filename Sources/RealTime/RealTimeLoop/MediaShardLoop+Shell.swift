import CLinux
import MediaControl
import MediaPlane
import PacketDemux
import PacketIO
import Rings
import Timing

extension MediaShardLoop {
    /// Carries out what only the loop can: ports, and its own end. RT safe: at most 5 system calls, none that waits.
    @_noAllocation @_noLocks
    mutating func carryOut(_ command: MediaCommand) {
        switch command.verb {
        case .claimPort:
            guard let answer = sockets.claim(command.portIndex, at: command.portNumber) else { return }
            finish(command, answer)
        case .relinquishPort:
            finish(command, sockets.relinquish(command.portIndex))
        case .stop:
            stop()
        case .add, .modify, .sendDigit:
            break
        }
    }

    /// Tells the answer, or keeps the command for the next cycle when the port keeper was too busy to take it.
    @_noAllocation @_noLocks
    private mutating func finish(_ command: MediaCommand, _ answer: PortAnswer) {
        if answer.problem == CLINUX_EAGAIN {
            pending = command
            hasPending = true
        } else {
            tell(answer)
        }
    }

    /// Takes the answers of the port keeper. RT safe: as many as its line holds.
    @_noAllocation @_noLocks
    mutating func answerPorts() {
        while let answer = sockets.nextPortAnswer() { tell(answer) }
    }

    @_noAllocation @_noLocks
    private mutating func tell(_ answer: PortAnswer) {
        var event = MediaEvent(.port, context: ContextID(slot: 0, generation: 0))
        event.portIndex = answer.pair
        event.value = answer.isOpen ? 1 << 32 : UInt64(UInt32(bitPattern: answer.problem))
        plane.port.tell(event)
    }

    /// The loop ends after this cycle, and says so.
    @_noAllocation @_noLocks
    mutating func stop() {
        guard !isStopping else { return }
        isStopping = true
        plane.port.tell(MediaEvent(.stopped, context: ContextID(slot: 0, generation: 0)))
    }

    /// Notes what the loop knows of the shard: every cycle what is at hand, four times a second what costs a call.
    /// RT safe.
    @_noAllocation @_noLocks
    mutating func note(now: MonotonicInstant) {
        guard now >= nextNote else { return }
        nextNote = now + Self.noteInterval
        plane.shard.kernelDrops = sockets.counters.kernelDrops
        plane.shard.sendFailures = sockets.counters.sendFailures
        noteCard()
        plane.shard.threadTime = MediaClock.threadTime()
        plane.align(MediaClock.wall(), at: now)
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func noteCard() {
        guard let card = sockets.card else { return }
        plane.shard.framesIn = card.counters.realTime
        plane.shard.framesOut = card.framesOut
        plane.shard.slowOut = card.slowOut
        plane.shard.framesDropped = card.counters.dropped
    }
}
