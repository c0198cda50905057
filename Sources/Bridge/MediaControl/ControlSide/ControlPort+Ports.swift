package import Octets
import Rings
package import Timing

extension ControlPort {
    /// Reserves another port pair for media. It takes calls once the media plane has bound it.
    package func claim(port number: UInt16) throws(PortRegistry.Refusal) {
        let index = try registry.claim(number)
        var command = MediaCommand(.claimPort)
        command.portIndex = UInt16(index)
        command.portNumber = number
        if !give(command) {
            registry.opened(index, false)
            throw .noRoom
        }
    }

    /// Gives a port pair back to the general-purpose side: at once when idle, else after its last call.
    package func relinquish(port number: UInt16) throws(PortRegistry.Refusal) {
        let (index, closeNow) = try registry.relinquish(number)
        if closeNow { close(index) }
    }

    /// Whether a termination that expects `remote` could meet another unproven one on its pair. Its own expectation
    /// does not count.
    package func collides(_ context: ContextID, _ side: Side, remote: InetEndpoint) -> Bool {
        guard isCurrent(context) else { return false }
        let terminal = slots[Int(context.slot)][side]
        guard let index = terminal.portIndex else { return false }
        let isOwn = terminal.expected == remote && !terminal.proven
        return registry.waiting(for: remote, at: Int(index)) > (isOwn ? 1 : 0)
    }

    func close(_ index: Int) {
        var command = MediaCommand(.relinquishPort)
        command.portIndex = UInt16(index)
        if !give(command) { pendingCloses.append(index) }
    }

    /// Repeats closings that met a full lane. Call once a second.
    package func retryCloses() {
        let waiting = pendingCloses
        pendingCloses.removeAll(keepingCapacity: true)
        for index in waiting { close(index) }
    }

    /// Takes what the media plane handed up because it is no media (STUN, DTLS, fragments) and counts it: nothing on
    /// this side has a use for it. Bound: a lane full.
    package func drainSlowDatagrams() {
        for _ in 0..<lanes.slowUp.capacity {
            guard lanes.slowUp.pop() != nil else { return }
            slowDatagrams += 1
        }
    }

    func portAnswered(_ event: MediaEvent) {
        let index = Int(event.portIndex)
        guard let pair = registry.pair(at: index) else { return }
        let opened = event.value >> 32 == 1
        switch pair.state {
        case .claiming: registry.opened(index, opened)
        case .closing: registry.closed(index)
        case .open, .draining: break
        }
    }
}

extension ControlPort {
    /// Sign of life towards the media side, once a second.
    package func beat(now: MonotonicInstant) { lanes.controlBeat.store(now.nanoseconds) }
}
