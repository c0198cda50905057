import Rings
package import Timing

/// The real-time plane's end of the bridge: takes commands, tells events, publishes counters.
///
/// Owner: the media thread. RT safe throughout; every call is O(1) but for the copying of one value.
package struct MediaPort: @unchecked Sendable {
    private let commands: SPSCRing<MediaCommand>
    private let subtracts: SPSCRing<SubtractOrder>
    private let events: SPSCRing<MediaEvent>
    private let slowUp: SPSCRing<SlowDatagram>
    private let slowDown: SPSCRing<SlowDatagram>
    private let shard: SeqlockCell<ShardCounters>
    private let terminations: SeqlockArray<TerminationCounters>
    private let mediaBeat: SharedWord
    private let mediaSleeps: SharedWord
    private let commandsTaken: SharedWord
    private var waiting = SubtractOrder(context: ContextID(slot: 0, generation: 0), after: 0)
    private var hasWaiting = false
    /// Events that found the lane full; `subtracted` ones are found by the control side all the same.
    package private(set) var lostEvents: UInt64 = 0
    private var toldEvents = false

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init(lanes: borrowing BridgeLanes) {
        commands = lanes.commands
        subtracts = lanes.subtracts
        events = lanes.events
        slowUp = lanes.slowUp
        slowDown = lanes.slowDown
        shard = lanes.shard
        terminations = lanes.terminations
        mediaBeat = lanes.mediaBeat
        mediaSleeps = lanes.mediaSleeps
        commandsTaken = lanes.commandsTaken
    }

    /// The next command; nil when there is none. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package func nextCommand() -> MediaCommand? {
        guard let command = commands.pop() else { return nil }
        commandsTaken.store(commandsTaken.load() &+ 1)
        return command
    }

    /// The next context to end whose earlier commands have all been taken. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package mutating func nextSubtract() -> ContextID? {
        if !hasWaiting {
            guard let order = subtracts.pop() else { return nil }
            waiting = order
            hasWaiting = true
        }
        guard waiting.after <= commandsTaken.load() else { return nil }
        hasWaiting = false
        return waiting.context
    }

    /// Whether commands or subtracts wait. RT safe. Bound: O(1).
    package var hasWork: Bool {
        @_noAllocation @_noLocks get { commands.count > 0 || subtracts.count > 0 || slowDown.count > 0 }
    }

    /// Tells an event; a full lane is counted, never waited for. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package mutating func tell(_ event: MediaEvent) {
        if events.push(event) { toldEvents = true } else { lostEvents &+= 1 }
    }

    /// Whether events were told since the last call: the shell then rings the control side's bell.
    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package mutating func takeTold() -> Bool {
        let told = toldEvents
        toldEvents = false
        return told
    }

    /// Publishes one side's counters. RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func publish(_ counters: TerminationCounters, slot: UInt32, side: Side) {
        terminations.store(counters, at: Int(slot) &* 2 &+ side.index)
    }

    /// Publishes the shard's counters. RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func publish(_ counters: ShardCounters) { shard.store(counters) }

    /// Hands a datagram that is not media to the control side. False: the lane is full.
    /// RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package mutating func handUp(_ datagram: SlowDatagram) -> Bool {
        guard slowUp.push(datagram) else { return false }
        toldEvents = true
        return true
    }

    /// A datagram that the control side wants sent. RT safe. Bound: one copy.
    @_noAllocation @_noLocks
    package func nextSlow() -> SlowDatagram? { slowDown.pop() }

    /// Says that the thread is about to sleep (true) or has woken. Ask `hasWork` once more after saying
    /// true: what was pushed before the control side could see it would else wait for the next deadline.
    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package func sleeps(_ flag: Bool) { mediaSleeps.exchange(flag ? 1 : 0) }

    /// Sign of life, once a cycle. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package func beat(now: MonotonicInstant) { mediaBeat.store(now.nanoseconds) }
}
