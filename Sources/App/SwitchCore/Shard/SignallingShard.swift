import Billing
import CallControl
import InterfaceOwner
import Ledger
import Logging
import MediaControl
import NIOCore
import Octets
import Registrar
import SIPMessage
import SIPTransaction
import SIPTransport
import Tables
import Timing

/// One SIP shard: the shell around a `CallEngine`. Feeds it events and performs its effects.
///
/// Owner: the shard's event loop, on which every method is called. Nothing here waits.
final class SignallingShard {
    let loop: any EventLoop
    let engine: CallEngine
    let media: ControlPort
    let ledger: Ledger
    let logger: Logger
    let bell: MediaBell
    let liveness: LivenessBook
    var transport: TransportShell?
    let resolver: NameResolver
    var whenDrained: () -> Void = {}
    var whenMediaDied: () -> Void = {}
    var isMediaDead: () -> Bool = { false }
    var isStopped = false
    let startedAt = Clock.now
    /// Told the reserved ports whenever they have changed.
    var portsMoved: ([ClosedRange<UInt16>]) -> Void = { _ in }
    var toldPorts: [UInt16] = []
    /// What went by the proxy of the interface that is ours; nil if none is.
    var cardCounters: () -> ShuttleCounters? = { nil }
    /// What the media side could get of the machine, in one phrase.
    var realTime = ""
    /// How datagrams come and leave, in one phrase.
    var packetCalls = ""

    /// When media events are fetched next.
    var eventRounds = EventRounds()
    var fetching: Scheduled<Void>?

    private var effects: [EngineEffect] = []
    private var waiting: [EngineEvent] = []
    private var isBusy = false
    private var alarm: Scheduled<Void>?
    private var alarmAt: MonotonicInstant?

    init(
        loop: any EventLoop, engine: CallEngine, media: ControlPort, bell: MediaBell, ledger: Ledger,
        liveness: LivenessBook, resolver: NameResolver, logger: Logger
    ) {
        self.loop = loop
        self.engine = engine
        self.media = media
        self.bell = bell
        self.ledger = ledger
        self.liveness = liveness
        self.resolver = resolver
        self.logger = logger
    }

    /// Takes one event and everything that follows from it at once; nothing once it is stopped, since the memory
    /// that it shares with the media plane may be gone then.
    ///
    /// An effect may bring the next event (a connection that fails while it is written to): that waits until
    /// the engine has returned.
    func take(_ event: EngineEvent) {
        guard !isStopped else { return }
        waiting.append(event)
        guard !isBusy else { return }
        isBusy = true
        var next = 0
        while next < waiting.count {
            engine.handle(waiting[next], now: Clock.now, wall: Clock.wall, into: &effects)
            next += 1
            performAll()
        }
        waiting.empty()
        isBusy = false
        wakeMedia()
        setAlarm()
    }

    /// The engine does not run meanwhile, so nothing is added.
    private func performAll() {
        for index in effects.indices { perform(effects[index]) }
        effects.empty()
    }

    private func perform(_ effect: EngineEffect) {
        switch effect {
        case .send(let octets, let hop): transport?.send(octets, hop)
        case .resolve(let host, let port, let kind, let token): resolve(host, port, kind, token)
        case .ledger(let operation): ledger.submit(operation)
        case .bindings(let changes, let token):
            for (index, change) in changes.enumerated() {
                ledger.submit(change.row, token: index == changes.count - 1 ? token : nil)
            }
        case .log(let level, let text): logger.log(level: level.logging, "\(text)")
        case .drained: whenDrained()
        }
    }

    private func resolve(_ host: String, _ port: UInt16?, _ kind: TransportKind?, _ token: ResolveToken) {
        resolver.resolve(host: host, port: port, transport: kind) { [weak self] endpoints in
            self?.take(.resolved(token, endpoints))
        }
    }

    private func setAlarm() {
        let next = engine.nextDeadline
        guard next != alarmAt else { return }
        alarm?.cancel()
        alarm = nil
        alarmAt = next
        guard let next else { return }
        let wait = max(0, (next - Clock.now).nanoseconds)
        alarm = loop.assumeIsolated().scheduleTask(in: .nanoseconds(wait)) { [weak self] in
            self?.alarmAt = nil
            self?.take(.deadline)
        }
    }
}
