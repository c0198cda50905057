import Billing
import CallControl
import Ledger
import Logging
import NIOCore
import SwitchConfig

/// The opened records: the ledger, what it found, and the liveness file.
struct OpenedStore: @unchecked Sendable {
    let ledger: Ledger
    let registrations: [RegistrationRow]
    /// Owner: the event loop, once handed over.
    let liveness: LivenessBook
}

/// Answers of the ledger's writer thread, handed to the event loop in batches.
final class LedgerMailbox: Sendable {
    private let loop: any EventLoop
    private let receiver: NIOLoopBoundBox<([LedgerEvent]) -> Void>

    init(loop: any EventLoop) {
        self.loop = loop
        receiver = NIOLoopBoundBox.makeBoxSendingValue({ _ in }, eventLoop: loop)
    }

    /// From any thread.
    func deliver(_ events: [LedgerEvent]) {
        loop.execute { [receiver] in receiver.value(events) }
    }

    /// On the loop: who takes the answers from now on.
    func connect(_ receive: @escaping ([LedgerEvent]) -> Void) { receiver.value = receive }
}

enum LedgerStart {
    /// Opens the data folder; records that an earlier run left open are closed by that.
    static func open(
        _ configuration: Configuration, _ mailbox: LedgerMailbox, _ logger: Logger
    ) throws(StartFailure) -> OpenedStore {
        var options = LedgerOptions(
            directory: configuration.node.dataDirectory, nodeID: configuration.node.name, clock: { Clock.wall })
        options.callSlots = configuration.media.maxCalls
        options.diskMinimumMegabytes = configuration.billing.diskMinimumMegabytes
        options.reserveMegabytes = configuration.billing.reserveMegabytes
        do {
            let opened = try Ledger.open(options) { mailbox.deliver($0) }
            if opened.recovered > 0 { logger.notice("\(opened.recovered) records of an earlier run were recovered") }
            let ledger = opened.ledger
            let registrations = opened.registrations
            return OpenedStore(
                ledger: ledger, registrations: registrations, liveness: LivenessBook(table: opened.takeLiveness()))
        } catch {
            throw StartFailure(error.description)
        }
    }
}
