import Foundation
import GRDB
import GRDBSQLite

/// Opens `records.sqlite`, or says in one sentence why not.
enum LedgerDatabase {
    /// Pages in the write-ahead log before they move to the database; each is 4 KiB.
    private static let checkpointPages = 2_000
    private static let cacheKibibytes = 1_024
    /// A larger file is not read through at start.
    private static let checkedOctets = 256 * 1_048_576

    static func open(path: String) throws(LedgerProblem) -> DatabaseQueue {
        let octets = (try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int) ?? 0
        do {
            let queue = try DatabaseQueue(path: path, configuration: configuration())
            try queue.writeWithoutTransaction { database in
                try identify(database, path: path, isNew: octets == 0)
                if octets <= checkedOctets { try check(database, path: path) }
                try makeDurable(database, path: path)
                if try LedgerSchema.migrator.hasBeenSuperseded(database) { throw LedgerProblem.newer(path: path) }
            }
            try LedgerSchema.migrator.migrate(queue)
            return queue
        } catch let problem as LedgerProblem {
            throw problem
        } catch let error as DatabaseError {
            throw sentence(error, path: path)
        } catch {
            throw .unreadable(path: path, reason: String(describing: error))
        }
    }

    static func openForReading(path: String) throws(LedgerProblem) -> DatabaseQueue {
        guard FileManager.default.fileExists(atPath: path) else {
            throw .unreadable(path: path, reason: "there is no such file")
        }
        do {
            var configuration = Configuration()
            configuration.readonly = true
            configuration.busyMode = .timeout(5)
            let queue = try DatabaseQueue(path: path, configuration: configuration)
            try queue.read { database in try identify(database, path: path, isNew: false) }
            return queue
        } catch let problem as LedgerProblem {
            throw problem
        } catch let error as DatabaseError {
            throw sentence(error, path: path)
        } catch {
            throw .unreadable(path: path, reason: String(describing: error))
        }
    }

    static func sentence(_ error: DatabaseError, path: String) -> LedgerProblem {
        switch error.resultCode {
        case .SQLITE_NOTADB: .notDatabase(path: path)
        case .SQLITE_CORRUPT: .corrupt(path: path, finding: error.message ?? "pages do not fit together")
        default: .unreadable(path: path, reason: error.message ?? "SQLite error \(error.resultCode.rawValue)")
        }
    }

    private static func configuration() -> Configuration {
        var configuration = Configuration()
        configuration.journalMode = .wal
        configuration.busyMode = .timeout(5)
        configuration.maximumReaderCount = 1
        configuration.prepareDatabase { database in
            try database.execute(sql: "PRAGMA cache_size = -\(cacheKibibytes)")
            try database.execute(sql: "PRAGMA wal_autocheckpoint = \(checkpointPages)")
            try database.execute(sql: "PRAGMA temp_store = MEMORY")
        }
        return configuration
    }

    /// A commit is on disk when it returns. The library sets the log's mode with less, so this comes after it.
    private static func makeDurable(_ database: Database, path: String) throws {
        try database.execute(sql: "PRAGMA synchronous = FULL")
        guard try Int.fetchOne(database, sql: "PRAGMA synchronous") == 2,
            try String.fetchOne(database, sql: "PRAGMA journal_mode") == "wal"
        else { throw LedgerProblem.unreadable(path: path, reason: "it cannot be written durably here") }
    }

    private static func identify(_ database: Database, path: String, isNew: Bool) throws {
        let id = try Int64.fetchOne(database, sql: "PRAGMA application_id") ?? 0
        if isNew {
            try database.execute(sql: "PRAGMA application_id = \(LedgerSchema.applicationID)")
        } else if id != LedgerSchema.applicationID {
            throw LedgerProblem.foreign(path: path)
        }
    }

    private static func check(_ database: Database, path: String) throws {
        let finding = try String.fetchOne(database, sql: "PRAGMA quick_check(1)") ?? "no answer"
        guard finding == "ok" else { throw LedgerProblem.corrupt(path: path, finding: finding) }
    }
}
