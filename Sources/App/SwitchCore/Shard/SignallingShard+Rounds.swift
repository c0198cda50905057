import CallControl
import Ledger
import MediaControl
import NIOCore
import SIPTransport
import Timing

/// What the shard does again and again, beside the events that come to it.
extension SignallingShard {
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

    /// Media events are fetched, sooner or later by what `eventRounds` says: nothing of them is urgent, and the
    /// media thread is spared a system call each.
    private func fetchEvents() {
        guard !isStopped else { return }
        var isEmpty = true
        while let event = media.nextEvent(now: Clock.now) {
            isEmpty = false
            take(.media(event))
        }
        fetch(in: eventRounds.afterFetch(isEmpty: isEmpty))
    }

    private func fetch(in span: TimeSpan) {
        fetching?.cancel()
        fetching = loop.assumeIsolated().scheduleTask(in: .nanoseconds(span.nanoseconds)) { [weak self] in
            self?.fetchEvents()
        }
    }

    /// Rings the media side if it sleeps over a command, and looks for its answer soon.
    func wakeMedia() {
        guard media.takeTold() else { return }
        if media.isAsleep { bell.ring() }
        if let sooner = eventRounds.afterCommand() { fetch(in: sooner) }
    }

    private func stamp() { liveness.stamp(engine, now: Clock.now, wall: Clock.wall) }

    private func second() {
        let now = Clock.now
        if let counters = media.shardCounters { media.admission.sample(packets: counters.packetsIn, now: now) }
        media.retryCloses()
        tellPorts()
        media.drainSlowDatagrams()
        media.beat(now: now)
        take(.billing(accepting: ledger.admitsCalls))
        if isMediaDead() { whenMediaDied() }
    }

    /// Tells which ports are the real-time plane's, if that has changed.
    func tellPorts() {
        let numbers = media.registry.list.filter { $0.pair.state != .closing }.map(\.pair.number)
        guard numbers != toldPorts else { return }
        toldPorts = numbers
        portsMoved(numbers.map { $0...$0 + 1 })
    }
}
