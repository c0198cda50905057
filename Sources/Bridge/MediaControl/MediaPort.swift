import Rings
package import Timing

/// The real-time plane's end of the bridge: takes commands, tells events, publishes counters.
///
/// Owner: the media thread. RT safe throughout; every call is O(1) but for the copying of one value.
package struct MediaPort: @unchecked Sendable {
    private let lanes: BridgeLanes
    private var waiting = SubtractOrder(context: ContextID(slot: 0, generation: 0), after: 0)
    private var hasWaiting = false
    /// Events that found the lane full; `subtracted` ones are found by the control side all the same.
    package private(set) var lostEvents: UInt64 = 0

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(lanes: borrowing BridgeLanes) {
        self.lanes = copy lanes
    }

    /// The next command; nil when there is none. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package func nextCommand() -> MediaCommand? {
        guard let command = lanes.commands.pop() else { return nil }
        lanes.commandsTaken.store(lanes.commandsTaken.load() &+ 1)
        return command
    }

    /// The next context to end whose earlier commands have all been taken. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package mutating func nextSubtract() -> ContextID? {
        if !hasWaiting {
            guard let order = lanes.subtracts.pop() else { return nil }
            waiting = order
            hasWaiting = true
        }
        guard waiting.after <= lanes.commandsTaken.load() else { return nil }
        hasWaiting = false
        return waiting.context
    }

    /// Whether commands or subtracts wait. RT safe. Bound: O(1).
    package var hasWork: Bool {
        @_noAllocation @_noLocks get {
            lanes.commands.count > 0 || lanes.subtracts.count > 0 || lanes.slowDown.count > 0
        }
    }

    /// Tells an event; a full lane is counted, never waited for. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package mutating func tell(_ event: MediaEvent) {
        if !lanes.events.push(event) { lostEvents &+= 1 }
    }

    /// Publishes one side's counters. RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func publish(_ counters: TerminationCounters, slot: UInt32, side: Side) {
        lanes.terminations.store(counters, at: Int(slot) &* 2 &+ side.index)
    }

    /// Publishes the shard's counters. RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func publish(_ counters: ShardCounters) { lanes.shard.store(counters) }

    /// Hands a datagram that is not media to the control side. False: the lane is full.
    /// RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func handUp(_ datagram: SlowDatagram) -> Bool { lanes.slowUp.push(datagram) }

    /// A datagram that the control side wants sent. RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func nextSlow() -> SlowDatagram? { lanes.slowDown.pop() }

    /// Says that the thread is about to sleep (true) or has woken. Ask `hasWork` once more after saying
    /// true: what was pushed before the control side could see it would else wait for the next deadline.
    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package func sleeps(_ flag: Bool) { lanes.mediaSleeps.exchange(flag ? 1 : 0) }

    /// Sign of life, once a cycle. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package func beat(now: MonotonicInstant) { lanes.mediaBeat.store(now.nanoseconds) }
}
