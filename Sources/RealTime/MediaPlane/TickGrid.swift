import Timing

/// The instants of the tick: every 10 ms while there are contexts, else every 250 ms.
// Owner: media thread of its shard.
struct TickGrid: Sendable, BitwiseCopyable {
    static var period: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(10) } }
    /// Between two publications of the same counters.
    static var round: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(250) } }
    /// Ticks in a round.
    static var ticksPerRound: Int { @_noAllocation @_noLocks get { 25 } }
    /// A tick that begins this late is counted.
    static var late: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(1) } }
    /// Missed ticks are made up for; beyond this they are passed over.
    static var patience: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(50) } }

    /// When the next tick, or the rest of the present one, is due.
    private(set) var next: MonotonicInstant
    /// A tick has begun and not ended: the egress batch was full.
    private(set) var isInside = false
    private(set) var isIdle = true
    /// Position in the lists of contexts: the tick's, and how many the round visits before this tick ends.
    var cursor = 0
    var roundCursor = 0
    var roundLeft = 0
    private(set) var nextShard: MonotonicInstant

    @_noAllocation @_noLocks
    init(now: MonotonicInstant) {
        next = now + TickGrid.round
        nextShard = next
    }

    /// The first context was added: the grid begins. RT safe.
    @_noAllocation @_noLocks
    mutating func wake(now: MonotonicInstant) {
        guard isIdle else { return }
        isIdle = false
        next = now + TickGrid.period
    }

    /// A tick begins; `active` contexts share the round. RT safe.
    @_noAllocation @_noLocks
    mutating func begin(active: Int) {
        isInside = true
        cursor = 0
        roundLeft = (active + TickGrid.ticksPerRound - 1) / TickGrid.ticksPerRound
    }

    /// The tick has ended. RT safe, O(1).
    /// - Returns: how many ticks are passed over because it is too late for them.
    @_noAllocation @_noLocks
    mutating func end(now: MonotonicInstant, active: Int) -> Int {
        isInside = false
        guard active > 0 else {
            isIdle = true
            next = now + TickGrid.round
            return 0
        }
        next += TickGrid.period
        guard now - next > TickGrid.patience else { return 0 }
        let missed = Int((now - next).nanoseconds / TickGrid.period.nanoseconds)
        next += TickGrid.period * missed
        return missed
    }

    /// Whether the shard's figures are to be published at `now`; then not again for 250 ms. RT safe.
    @_noAllocation @_noLocks
    mutating func takesShard(now: MonotonicInstant) -> Bool {
        guard now >= nextShard else { return false }
        nextShard = now + TickGrid.round
        return true
    }
}
