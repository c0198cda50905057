import GRDB
import Testing

/// Looks into the database the way an outsider would.
struct Rows {
    private let queue: DatabaseQueue

    init(_ folder: String) throws {
        var configuration = Configuration()
        configuration.readonly = true
        queue = try DatabaseQueue(path: folder + "/records.sqlite", configuration: configuration)
    }

    func values(_ sql: String) throws -> [[String]] {
        try queue.read { database in
            try Row.fetchAll(database, sql: sql).map { row in
                row.databaseValues.map { value in
                    if value.isNull { return "-" }
                    return String.fromDatabaseValue(value) ?? Int64.fromDatabaseValue(value).map(String.init) ?? "?"
                }
            }
        }
    }

    func column(_ sql: String) throws -> [String] { try values(sql).compactMap(\.first) }

    func one(_ sql: String) throws -> String { try #require(try column(sql).first) }
}
