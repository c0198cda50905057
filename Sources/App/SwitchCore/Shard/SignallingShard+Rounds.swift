import CallControl
import Ledger
import MediaControl
import NIOCore
import Timing

/// What the shard does again and again, beside the events that come to it.
extension SignallingShard {
    /// Media events are fetched this often while calls run: nothing of them is urgent, and the media thread
    /// is spared a system call each.
    private static let eventRound = TimeAmount.milliseconds(5)
    private static let idleRound = TimeAmount.milliseconds(50)
    private static let stampRound = TimeAmount.milliseconds(250)
    private static let secondRound = TimeAmount.seconds(1)

    func startRounds() {
        fetchEvents()
        loop.assumeIsolated().scheduleRepeatedTask(initialDelay: Self.stampRound, delay: Self.stampRound) { [weak self] _ in
            self?.stamp()
        }
        loop.assumeIsolated().scheduleRepeatedTask(initialDelay: Self.secondRound, delay: Self.secondRound) { [weak self] _ in
            self?.second()
        }
    }

    private func fetchEvents() {
        while let event = media.nextEvent(now: Clock.now) { take(.media(event)) }
        let round = media.openCount > 0 ? Self.eventRound : Self.idleRound
        loop.assumeIsolated().scheduleTask(in: round) { [weak self] in self?.fetchEvents() }
    }

    private func stamp() { liveness.stamp(engine, now: Clock.now, wall: Clock.wall) }

    private func second() {
        let now = Clock.now
        if let counters = media.shardCounters { media.admission.sample(packets: counters.packetsIn, now: now) }
        media.retryCloses()
        media.beat(now: now)
        take(.billing(accepting: ledger.admitsCalls))
    }
}
