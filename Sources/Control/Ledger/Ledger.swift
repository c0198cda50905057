package import Billing
import Foundation
import GRDB
import Timing

/// The durable call records and registrations of a node.
///
/// `submit` may be called from any thread and never waits for the disk; answers come on the writer thread, through the
/// closure given to `start`.
package final class Ledger: Sendable {
    package let bootID: Int64
    private let options: LedgerOptions
    private let queue: DatabaseQueue
    private let inbox: LedgerInbox
    private let board = LedgerBoard()
    private let lock: FolderLock
    private let deliver: @Sendable ([LedgerEvent]) -> Void
    private let ended = DispatchSemaphore(value: 0)

    /// What a start found and made.
    package struct Opened {
        package let ledger: Ledger
        package var liveness: LivenessTable
        /// Bindings that have not run out.
        package let registrations: [RegistrationRow]
        /// Records that an earlier run had left open.
        package let recovered: Int
    }

    /// Opens the data folder: checks the database, closes what an earlier run left open, reads the registrations and
    /// starts the writer thread.
    ///
    /// - Parameter deliver: called on the writer thread, once a commit.
    package static func open(
        _ options: LedgerOptions, deliver: @escaping @Sendable ([LedgerEvent]) -> Void
    ) throws(LedgerProblem) -> Opened {
        try makeFolder(options.directory)
        let lock = try FolderLock(path: options.lockPath)
        let queue = try LedgerDatabase.open(path: options.databasePath)
        let count = max(LivenessLayout.octets(slots: options.callSlots), fileSize(options.livenessPath))
        let file = try MappedFile(path: options.livenessPath, count: count)
        let start = try prepare(queue, options: options, liveness: LivenessReport(reading: file.octets))
        let ledger = Ledger(options: options, queue: queue, lock: lock, bootID: start.bootID, deliver: deliver)
        ledger.board.update { $0.recovered = start.recovered }
        ledger.startWriter()
        // The old file is only cleared once what it said is on disk.
        let table = LivenessTable(file: file, bootID: start.bootID, slots: options.callSlots)
        return Opened(
            ledger: ledger, liveness: table, registrations: start.registrations, recovered: start.recovered)
    }

    private init(
        options: LedgerOptions, queue: DatabaseQueue, lock: FolderLock, bootID: Int64,
        deliver: @escaping @Sendable ([LedgerEvent]) -> Void
    ) {
        self.options = options
        self.queue = queue
        self.lock = lock
        self.bootID = bootID
        self.deliver = deliver
        inbox = LedgerInbox(limit: options.queueLimit)
    }

    /// Hands over an operation. A full queue answers an awaited one with `failed(_, .overflow)`; closing is never refused.
    package func submit(_ operation: LedgerOperation) { put(.record(operation), token: operation.token) }

    /// Hands over a change of the registrations; with a token, its commit is answered.
    package func submit(_ change: RegistrationChange, token: LedgerToken? = nil) {
        put(.registration(change, token), token: token)
    }

    /// Takes delivered records off the outbox.
    package func acknowledge(outbox entries: [Int64]) { put(.delivered(entries), token: nil) }

    /// False when a new billable call has to be refused: too little free space, or the reserve is used up.
    package var admitsCalls: Bool { board.admitsCalls }

    package var status: LedgerStatus { board.current }

    /// Writes what waits, marks the end of this run and closes the database. Nothing is taken afterwards.
    package func close() {
        inbox.close()
        ended.wait()
        ended.signal()
    }

    private func put(_ item: LedgerItem, token: LedgerToken?) {
        if !inbox.put(item), let token { deliver([.failed(token, .overflow)]) }
    }

    private func startWriter() {
        let space = DiskSpace(options)
        space.refresh()
        board.admitsCalls = space.admitsCalls
        let thread = Thread { [self] in
            run()
            ended.signal()
        }
        thread.name = "ledger"
        thread.start()
    }

    private func run() {
        queue.writeWithoutTransaction { database in
            do {
                let loop = try WriterLoop(
                    database, options: options, bootID: bootID, inbox: inbox, board: board, deliver: deliver)
                loop.run()
                try database.execute(
                    sql: "UPDATE boot SET ended = ? WHERE boot_id = ?",
                    arguments: [options.clock().microseconds, bootID])
            } catch {
                board.update { $0.problemCode = -1 }
            }
        }
        try? queue.close()
        lock.release()
    }
}
