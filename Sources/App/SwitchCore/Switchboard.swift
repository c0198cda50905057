import CallControl
import Glibc
import Ledger
import Logging
import MediaControl
import NIOCore
import Octets
import SIPMessage
import SIPTransaction
import SIPTransport
import SwitchConfig
import Timing

/// The running switch: one SIP shard with its transport, its local socket, and the media plane behind it.
///
/// Owner: the shard's event loop; `start`, `take`, `untilEnded` and `stop` may be called from anywhere and hop
/// onto it.
final class Switchboard: @unchecked Sendable {
    private let loop: any EventLoop
    private let parts: SwitchParts
    private let shard: SignallingShard
    private let transport: TransportShell
    private var admin: AdminServer?
    private let ended: EventLoopPromise<StartFailure?>
    private var terminations = 0

    static func start(_ parts: SwitchParts, on loop: any EventLoop) async throws(StartFailure) -> Switchboard {
        let admission = MediaStart.admission(parts.configuration.media)
        let secrets = Secrets.draw()
        do {
            let switchboard = try await loop.submit {
                Switchboard(parts, admission: admission, secrets: secrets, loop: loop)
            }.get()
            try await switchboard.open()
            return switchboard
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure("the switch cannot start: \(error)")
        }
    }

    /// On the loop.
    private init(_ parts: SwitchParts, admission: MediaAdmission, secrets: EngineSecrets, loop: any EventLoop) {
        self.parts = parts
        self.loop = loop
        ended = loop.makePromise()
        let configuration = parts.configuration
        let control = ControlPort(
            lanes: parts.media.lanes, registry: MediaStart.registry(configuration.media), admission: admission,
            seed: Secrets.word())
        let orphans = control.audit(now: Clock.now)
        if orphans > 0 { parts.logger.warning("media: \(orphans) contexts of an earlier control side are ended") }
        let engine = CallEngine(
            configuration: configuration, listeners: Self.listeners(configuration.sip), media: control,
            secrets: secrets, now: Clock.now, wall: Clock.wall)
        let shard = SignallingShard(
            loop: loop, engine: engine, media: control, bell: parts.media.bell, ledger: parts.store.ledger,
            liveness: parts.store.liveness, resolver: NameResolver(loop: loop, clock: { Clock.now }),
            logger: parts.logger)
        shard.realTime = MediaFailure.phrase(parts.media.report, parts.media.lanes.configuration.realTime)
        shard.packetCalls = MediaFailure.calls(parts.media.report, parts.media.lanes.configuration)
        self.shard = shard
        transport = TransportShell(
            loop: loop, logger: parts.logger, clock: { Clock.now },
            receive: { result, hop, _ in
                switch result {
                case .success(let message): shard.take(.received(message, hop))
                case .failure(let problem): shard.take(.malformed(problem, hop))
                }
            }, transportFailed: { shard.take(.transportFailed($0)) })
        shard.transport = transport
        transport.admits = { [engine] in !engine.isSilenced($0.remote.address, now: Clock.now) }
    }

    private static func listeners(_ settings: SIPSettings) -> [SentByTable.Listener] {
        settings.listen.map { url in
            let shown = settings.advertise ?? url.endpoint.address
            return SentByTable.Listener(
                transport: url.transport.kind, local: url.endpoint, host: shown.hostText, port: url.endpoint.port)
        }
    }

    /// Restores what an earlier run knew, then opens the sockets.
    private func open() async throws {
        let promise = loop.makePromise(of: Void.self)
        loop.execute { [self] in
            parts.mailbox.connect { [shard] events in for event in events { shard.take(.ledger(event)) } }
            shard.take(.restore(parts.store.registrations.map(\.binding)))
            shard.whenDrained = { [ended] in ended.succeed(nil) }
            shard.whenMediaDied = { [ended] in
                ended.succeed(StartFailure("the media plane has ended by itself; calls are over"))
            }
            shard.isMediaDead = { [parts] in parts.media.hasDied }
            shard.portsMoved = { [parts] in parts.media.reserve($0) }
            shard.cardCounters = { [parts] in parts.media.cardCounters }
            let addresses = parts.configuration.sip.listen.map {
                ListenerAddress(transport: $0.transport.kind, endpoint: $0.endpoint)
            }
            transport.start(addresses).map { _ in }.cascade(to: promise)
        }
        do {
            try await promise.futureResult.get()
        } catch let problem as TransportProblem {
            throw StartFailure(problem.sentence)
        }
        let path = AdminClient.path(in: parts.configuration.node.dataDirectory)
        do {
            try await loop.flatSubmit { [self] in
                AdminServer.start(path: path, on: loop) { [shard] in shard.answer($0, json: $1) }
            }.map { [self] in
                admin = $0
                shard.startRounds()
            }.get()
        } catch {
            throw StartFailure("the local socket \(path) cannot be opened")
        }
    }

    /// SIGTERM and SIGINT drain, a second one ends all calls, a third ends the program; SIGHUP reloads.
    func take(signal: Int32) {
        loop.execute { [self] in
            guard signal != SIGHUP else { return reload() }
            terminations += 1
            parts.logger.notice("signal \(signal): \(terminations == 1 ? "draining" : "ending all calls")")
            switch terminations {
            case 1: shard.take(.drain)
            case 2: shard.take(.endAllCalls)
            default: ended.succeed(nil)
            }
        }
    }

    private func reload() {
        guard let path = parts.path else { return parts.logger.notice("SIGHUP: there is no file to read again") }
        do {
            let configuration = try ConfigurationFile.load(path: path)
            shard.take(.reconfigured(configuration))
            parts.logger.notice("SIGHUP: \(path) is in force; listeners and media settings need a restart")
        } catch {
            parts.logger.error("SIGHUP: nothing changed: \(error.description)")
        }
    }

    /// Nil after an ordinary end.
    func untilEnded() async -> StartFailure? { try? await ended.futureResult.get() }

    func stop() async {
        let closing = loop.flatSubmit { [self] in
            admin?.close()
            shard.stopRounds()
            return transport.stop()
        }
        try? await closing.get()
        parts.store.ledger.close()
        parts.media.stop()
    }
}
