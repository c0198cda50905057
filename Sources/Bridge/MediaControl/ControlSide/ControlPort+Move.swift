package import Octets
import Tables
package import Timing

/// A side changes its port pair while its call runs: both pairs are its own until the far end has agreed.
extension ControlPort {
    /// Takes another pair for a side whose far end cannot be told from another call's where it is.
    ///
    /// - Returns: where the side will be; nil when no pair is better. Call `finishMove` or `cancelMove` later.
    package func prepareMove(
        _ context: ContextID, _ side: Side, remote: InetEndpoint, now: MonotonicInstant
    ) -> LocalTermination? {
        let place = Int(context.slot)
        guard isCurrent(context), case .live = slots[place].state, slots[place].move == nil, slots[place].left == nil
        else { return nil }
        let old = slots[place][side]
        guard let oldIndex = old.portIndex, let index = registry.take(remote: remote, now: now) else { return nil }
        let name = UInt64(index) << 32 | UInt64(old.ssrc)
        guard index != Int(oldIndex), registry.waiting(for: remote, at: index) == 0, usedSources.insert(name)
        else {
            if registry.leave(index, now: now) { close(index) }
            return nil
        }
        registry.expect(remote, at: index)
        let terminal = Terminal(portIndex: UInt16(index), ssrc: old.ssrc, expected: remote)
        slots[place].move = Move(side: side, terminal: terminal)
        return local(terminal)
    }

    /// The far end has agreed: the next `apply` moves the media, and gives the old pair up.
    package func finishMove(_ context: ContextID, now: MonotonicInstant) {
        let place = Int(context.slot)
        guard isCurrent(context), let move = slots[place].move else { return }
        slots[place].left = Leaving(terminal: slots[place][move.side], since: now)
        slots[place][move.side] = move.terminal
        slots[place].move = nil
    }

    /// The far end stays where it is.
    package func cancelMove(_ context: ContextID, now: MonotonicInstant) {
        let place = Int(context.slot)
        guard isCurrent(context), let move = slots[place].move else { return }
        drop(move.terminal, now: now)
        slots[place].move = nil
    }

    /// The media plane knows that the pair was left, or the context has ended.
    func leave(_ place: Int) {
        guard let left = slots[place].left else { return }
        drop(left.terminal, now: left.since)
        slots[place].left = nil
    }
}
