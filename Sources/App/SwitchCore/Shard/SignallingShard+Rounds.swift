import CallControl
import Ledger
import MediaControl
import NIOCore
import SIPTransport
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
        again(every: Self.stampRound) { $0.stamp() }
        again(every: Self.secondRound) { $0.second() }
    }

    func stopRounds() {
        isStopped = true
        resolver.stop()
    }

    private func again(every span: TimeAmount, _ body: @escaping (SignallingShard) -> Void) {
        loop.assumeIsolated().scheduleTask(in: span) { [weak self] in
            guard let self, !isStopped else { return }
            body(self)
            again(every: span, body)
        }
    }

    private func fetchEvents() {
        guard !isStopped else { return }
        while let event = media.nextEvent(now: Clock.now) { take(.media(event)) }
        let round = media.openCount > 0 ? Self.eventRound : Self.idleRound
        loop.assumeIsolated().scheduleTask(in: round) { [weak self] in self?.fetchEvents() }
    }

    private func stamp() { liveness.stamp(engine, now: Clock.now, wall: Clock.wall) }

    private func second() {
        let now = Clock.now
        if let counters = media.shardCounters { media.admission.sample(packets: counters.packetsIn, now: now) }
        media.retryCloses()
        media.drainSlowDatagrams()
        media.beat(now: now)
        take(.billing(accepting: ledger.admitsCalls))
        if isMediaDead() { whenMediaDied() }
    }
}
