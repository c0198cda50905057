import CallControl
import Glibc
import Ledger
import Logging
import MediaControl
import NIOCore
import NIOPosix
package import SwitchConfig
import Timing

/// `tandem run`: puts the planes together, keeps them running, takes them apart again.
///
/// Start order: data folder and records, media plane, SIP sockets, local socket; end in reverse. What fails on
/// the way undoes what was started before it.
package struct SwitchRunner: Sendable {
    private let configuration: Configuration
    private let path: String?
    private let logger: Logger

    /// - Parameter path: the file that SIGHUP reads again; nil for the embedded default.
    package init(configuration: Configuration, path: String?) {
        self.configuration = configuration
        self.path = path
        logger = LogOutput.logger(configuration.log)
    }

    /// Runs until the switch has drained after SIGTERM.
    /// - Throws: one sentence when it could not start.
    package func run() async throws(StartFailure) {
        if let obstacle = ConfigurationAdvice.obstacle(in: configuration) { throw StartFailure(obstacle) }
        for warning in ConfigurationAdvice.warnings(for: configuration) { logger.warning("\(warning)") }
        HeapPolicy.apply()
        LogOutput.raiseDescriptorLimit(logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let switchboard = try await assemble(on: group.next())
        let signals = Signals([SIGTERM, SIGINT, SIGHUP]) { switchboard.take(signal: $0) }
        Output.line("tandem ready")
        ReadyNotice.send("READY=1")
        let failure = await switchboard.untilEnded()
        ReadyNotice.send("STOPPING=1")
        signals.stop()
        await switchboard.stop()
        try? await group.shutdownGracefully()
        if let failure { throw failure }
    }

    private func assemble(on loop: any EventLoop) async throws(StartFailure) -> Switchboard {
        let mailbox = LedgerMailbox(loop: loop)
        let store = try LedgerStart.open(configuration, mailbox, logger)
        do throws(StartFailure) {
            let media = try MediaStart.host(configuration, logger)
            do throws(StartFailure) {
                return try await Switchboard.start(
                    SwitchParts(
                        configuration: configuration, path: path, logger: logger, store: store, media: media,
                        mailbox: mailbox),
                    on: loop)
            } catch {
                media.stop()
                throw error
            }
        } catch {
            store.ledger.close()
            throw error
        }
    }
}

/// What is made before the event loop has anything to do, and then belongs to it.
struct SwitchParts: @unchecked Sendable {
    let configuration: Configuration
    let path: String?
    let logger: Logger
    let store: OpenedStore
    /// Owner: the event loop, once handed over.
    let media: MediaHost
    let mailbox: LedgerMailbox
}
