import Ledger
import Timing

/// `tandem cdr export`: reads the database beside a running daemon, or without one.
package enum RecordsExport {
    package static func databasePath(in dataDirectory: String) -> String { dataDirectory + "/records.sqlite" }

    /// - Parameters: as typed; times are ISO 8601 or seconds since 1970.
    /// - Throws: one sentence about what cannot be read, written or understood.
    package static func run(
        database: String, format: String, since: String?, until: String?, output: String?
    ) throws(StartFailure) {
        guard let format = CDRFormat(rawValue: format) else {
            let names = CDRFormat.allCases.map(\.rawValue).joined(separator: ", ")
            throw StartFailure("\(format) is no format; there are \(names)")
        }
        var export = CDRExport(format: format)
        export.since = try instant(since, "--since")
        export.until = try instant(until, "--until")
        let sink = try OutputFile(path: output)
        do {
            try export.run(databasePath: database) { try sink.write($0) }
        } catch let failure as StartFailure {
            throw failure
        } catch {
            throw StartFailure("\(error)")
        }
    }

    private static func instant(_ text: String?, _ option: String) throws(StartFailure) -> WallInstant? {
        guard let text else { return nil }
        guard let instant = CDRExport.instant(text: text) else {
            throw StartFailure("\(option) \(text) is no time: 2026-01-02T03:04:05Z or seconds since 1970")
        }
        return instant
    }
}
