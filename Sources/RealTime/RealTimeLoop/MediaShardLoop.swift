import MediaControl
package import MediaPlane
import PacketDemux
package import PacketIO
import Rings
import Timing

/// One shard's loop: the media plane, its sockets and the frames between them.
///
/// A cycle sleeps in the kernel until a packet, a command or a deadline comes, reads the clock once, and then runs
/// to completion: commands, packets, tick, sending. It never spins, and nothing in it waits but that one sleep.
// Owner: media thread of its shard. Others read `MediaPort`'s lanes.
package struct MediaShardLoop: ~Copyable {
    /// Commands taken in one cycle.
    static var commandLimit: Int { @_noAllocation @_noLocks get { 32 } }
    /// Batches received in one cycle, and egress batches that one tick may fill.
    static var roundLimit: Int { @_noAllocation @_noLocks get { 16 } }
    /// How often the wall clock and the thread's CPU time are read.
    static var noteInterval: TimeSpan { @_noAllocation @_noLocks get { .milliseconds(250) } }

    package var plane: MediaPlane
    package var sockets: MediaSockets
    var ingress: DatagramBatch
    var egress: EgressBatch
    /// 0 = at work, 1 = the thread is asked to end, 2 = it has ended.
    let stopWord: SharedWord
    /// A port command that met a full line to the port keeper.
    var pending = MediaCommand(.stop)
    var hasPending = false
    var nextNote = MonotonicInstant.start
    /// The loop ends after this cycle.
    package var isStopping = false

    @_noAllocation @_noLocks
    init(
        plane: consuming MediaPlane, sockets: MediaSockets, ingress: DatagramBatch, egress: EgressBatch,
        stopWord: SharedWord
    ) {
        self.plane = plane
        self.sockets = sockets
        self.ingress = ingress
        self.egress = egress
        self.stopWord = stopWord
    }

    /// Works until told to stop. RT safe.
    @_noAllocation @_noLocks
    package mutating func run() {
        while !isStopping { doWork() }
        stopWord.store(2)
    }

    /// One cycle. RT safe; bounded by its limits of commands, batches and tick rounds.
    @_noAllocation @_noLocks
    package mutating func doWork() {
        let before = MediaClock.now()
        plane.port.sleeps(true)
        let wake = sockets.wait(until: deadline(before), now: before)
        plane.port.sleeps(false)
        let now = MediaClock.now()
        plane.port.beat(now: now)
        plane.shard.cycles &+= 1
        sockets.takeCardNews(wake, now: now)
        if wake.hasPortAnswer { answerPorts() }
        command(now: now)
        receive(now: now)
        tick(now: now)
        plane.sendSlow(into: &egress)
        flush(now: now)
        note(now: now)
        if stopWord.load() != 0 { stop() }
    }

    /// When the next sleep has to end: at once if something waits already. RT safe.
    @_noAllocation @_noLocks
    private func deadline(_ now: MonotonicInstant) -> MonotonicInstant {
        if stopWord.load() != 0 || (plane.port.hasWork && !hasPending) { return now }
        let next = plane.nextDeadline
        let soon = now + .milliseconds(1)
        return hasPending && soon < next ? soon : next
    }

    /// Takes commands: at most `commandLimit`. RT safe.
    @_noAllocation @_noLocks
    private mutating func command(now: MonotonicInstant) {
        if hasPending {
            hasPending = false
            carryOut(pending)
        }
        var left = Self.commandLimit
        while left > 0, !hasPending, !isStopping {
            if egress.room < 2 { flush(now: now) }
            switch plane.takeCommand(into: &egress, now: now) {
            case .none: return
            case .taken: break
            case .shell(let command): carryOut(command)
            }
            left &-= 1
        }
    }

    /// Reads what the wait found ready, batch by batch; a relayed datagram leaves from the frame it came in. RT safe.
    @_noAllocation @_noLocks
    private mutating func receive(now: MonotonicInstant) {
        var left = Self.roundLimit
        var isMore = true
        while isMore, left > 0 {
            isMore = sockets.receive(into: &ingress, now: now)
            if egress.room < DatagramBatch.capacity { flush(now: now) }
            plane.ingress(ingress, into: &egress, now: now)
            if ingress.count > 0 { flush(now: now) }
            sockets.release(&ingress)
            left &-= 1
        }
    }

    /// Runs the tick if it is due, sending in between when the batch is full. RT safe.
    @_noAllocation @_noLocks
    private mutating func tick(now: MonotonicInstant) {
        var left = Self.roundLimit
        var instant = now
        while left > 0, plane.tick(into: &egress, now: instant) {
            flush(now: instant)
            instant = MediaClock.now()
            left &-= 1
        }
    }

    /// Hands what waits to the kernel. RT safe.
    ///
    /// - Parameter now: a look at the clock that is not older than the cycle.
    @_noAllocation @_noLocks
    private mutating func flush(now: MonotonicInstant) {
        guard egress.count > 0 else { return }
        sockets.send(&egress, now: now)
        plane.sent(at: MediaClock.now())
    }
}
