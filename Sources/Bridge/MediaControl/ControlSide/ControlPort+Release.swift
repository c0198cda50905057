import Octets
import Rings
import Tables
package import Timing

extension ControlPort {
    /// The next thing that the media plane told, or nil.
    ///
    /// A `subtracted` notice that did not fit the event lane is found in the sticky counters instead, so
    /// call this at least once a second.
    package func nextEvent(now: MonotonicInstant) -> MediaEvent? {
        if let event = lanes.events.pop() {
            note(event)
            return event
        }
        guard let first = ending.first, case .ending(let since) = slots[Int(first)].state,
            now - since > .milliseconds(500)
        else { return nil }
        let context = ContextID(slot: first, generation: slots[Int(first)].generation)
        ending.removeFirst()
        guard hasFinalCounters(context) else {
            ending.append(first)
            return nil
        }
        return MediaEvent(.subtracted, context: context)
    }

    /// What a side has counted; nil when the media plane has not written anything for this life of the slot.
    package func counters(of context: ContextID, _ side: Side) -> TerminationCounters? {
        guard isCurrent(context), let counters = lanes.counters(context.slot, side),
            counters.generation == context.generation
        else { return nil }
        return counters
    }

    /// The shard's own counters; nil when a writer was always in the way (ask again).
    package var shardCounters: ShardCounters? { lanes.shard.load() }

    /// The final counters have been read: slot and ports are free for another call.
    package func acknowledge(_ context: ContextID, now: MonotonicInstant) {
        guard isCurrent(context), case .ending = slots[Int(context.slot)].state else { return }
        ending.removeAll { $0 == context.slot }
        release(Int(context.slot), now: now)
    }

    /// Ends every context that the media plane holds and this control side does not know: those of an
    /// earlier control side. Call once, before the first `open`.
    /// - Returns: how many there were.
    package func audit(now: MonotonicInstant) -> Int {
        var orphans = 0
        for place in slots.indices {
            guard let counters = lanes.counters(UInt32(place), .a) else { continue }
            slots[place].generation = counters.generation
            guard counters.generation != 0, counters.final == 0 else { continue }
            slots[place].state = .live
            openCount += 1
            subtract(ContextID(slot: UInt32(place), generation: counters.generation), now: now)
            orphans += 1
        }
        freeSlots.removeAll { slot in
            if case .free = slots[Int(slot)].state { return false }
            return true
        }
        return orphans
    }

    func drop(_ terminal: Terminal, now: MonotonicInstant) {
        guard let index = terminal.portIndex.map(Int.init) else { return }
        if let expected = terminal.expected { registry.forget(expected, proven: terminal.proven, at: index) }
        usedSources.remove(UInt64(index) << 32 | UInt64(terminal.ssrc))
        if registry.leave(index, now: now) { close(index) }
    }

    func release(_ place: Int, now: MonotonicInstant) {
        if let move = slots[place].move { drop(move.terminal, now: now) }
        slots[place].move = nil
        leave(place)
        drop(slots[place].a, now: now)
        drop(slots[place].b, now: now)
        admission.release(rate: slots[place].rate)
        slots[place].state = .free
        slots[place].rate = 0
        slots[place].a = Terminal()
        slots[place].b = Terminal()
        freeSlots.append(UInt32(place))
        openCount -= 1
    }

    /// Books the far end that a side now expects, so that no other call of it is put on the same pair.
    func expect(_ descriptor: TerminationDescriptor, side: Side, _ place: Int) {
        let terminal = slots[place][side]
        guard let index = terminal.portIndex.map(Int.init) else { return }
        // Not described yet: what was expected when the side was opened still stands.
        let remote = descriptor.remoteRTP
        guard descriptor.flags.contains(.described), terminal.expected != remote else { return }
        if let old = terminal.expected { registry.forget(old, proven: terminal.proven, at: index) }
        registry.expect(remote, at: index)
        slots[place][side].expected = remote
        slots[place][side].proven = false
    }

    private func note(_ event: MediaEvent) {
        switch event.notice {
        case .started:
            settle(event)
        case .port:
            portAnswered(event)
        case .subtracted:
            ending.removeAll { $0 == event.context.slot }
        case .digit, .rebound, .ambiguous, .refused, .stopped:
            break
        }
    }

    private func settle(_ event: MediaEvent) {
        guard isCurrent(event.context) else { return }
        let place = Int(event.context.slot)
        let terminal = slots[place][event.side]
        guard let index = terminal.portIndex, let expected = terminal.expected, !terminal.proven else { return }
        registry.settle(expected, at: Int(index))
        slots[place][event.side].proven = true
    }

    private func hasFinalCounters(_ context: ContextID) -> Bool {
        guard let counters = counters(of: context, .a) else { return false }
        return counters.final != 0
    }
}
