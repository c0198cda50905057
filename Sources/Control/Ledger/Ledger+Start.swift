import Foundation
import GRDB
import Timing

extension Ledger {
    struct Start {
        let bootID: Int64
        let recovered: Int
        let registrations: [RegistrationRow]
    }

    /// One transaction: the new boot, the records of older ones, the bindings.
    static func prepare(
        _ queue: DatabaseQueue, options: LedgerOptions, liveness: LivenessReport
    ) throws(LedgerProblem) -> Start {
        do {
            return try queue.write { database in
                let now = options.clock()
                let last = try Int64.fetchOne(database, sql: "SELECT max(boot_id) FROM boot") ?? 0
                let bootID = max(now.microseconds, last + 1)
                let recovered = try Recovery.run(database, liveness: liveness)
                try database.execute(
                    sql: "INSERT INTO boot SELECT ?, ?, ifnull(max(seq), 0) + 1, NULL FROM cdr",
                    arguments: [bootID, options.nodeID])
                let bindings = try RegistrationStore.load(database, now: now)
                return Start(bootID: bootID, recovered: recovered, registrations: bindings)
            }
        } catch let error as DatabaseError {
            throw LedgerDatabase.sentence(error, path: options.databasePath)
        } catch {
            throw .unreadable(path: options.databasePath, reason: String(describing: error))
        }
    }

    static func makeFolder(_ path: String) throws(LedgerProblem) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw .folder(path: path, reason: "it cannot be made")
        }
        guard FileManager.default.isWritableFile(atPath: path) else {
            throw .folder(path: path, reason: "it cannot be written to")
        }
    }

    static func fileSize(_ path: String) -> Int {
        (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
    }
}
