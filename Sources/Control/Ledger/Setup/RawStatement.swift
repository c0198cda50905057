import Billing
import GRDB
import GRDBSQLite

/// A prepared statement, bound and stepped without the conversions of the library above it: the path that every
/// record takes.
///
/// Owner: the thread that holds the database. Parameters count from 1, columns from 0.
final class RawStatement: RecordColumnSink {
    private let statement: Statement
    private let database: Database
    private var next: Int32 = 1

    /// - Throws: the library's own error when the text is no SQL of this schema.
    init(_ database: Database, _ sql: String) throws {
        self.database = database
        statement = try database.makeStatement(sql: sql)
    }

    func integer(_: StaticString, _ value: Int64?) { bind(value) }

    func text(_: StaticString, _ value: String?) { bind(value) }

    func bind(_ value: Int64?) {
        guard let value else { return bindNull() }
        // Why unsafe: the handle is a C pointer. Why sound: `statement` keeps it alive.
        note(unsafe sqlite3_bind_int64(statement.sqliteStatement, next, value))
    }

    func bind(_ value: String?) {
        guard var value else { return bindNull() }
        let index = next
        let code = value.withUTF8 { octets in
            // Why unsafe: C takes address and length. Why sound: the octets outlive the call, and SQLite copies them.
            unsafe octets.withMemoryRebound(to: CChar.self) { characters in
                unsafe sqlite3_bind_text(
                    statement.sqliteStatement, index, characters.baseAddress, Int32(characters.count), Self.copies)
            }
        }
        note(code)
    }

    /// Runs a statement without rows and makes it ready for the next one.
    /// - Returns: how many rows it changed.
    @discardableResult
    func run() throws(LedgerDiskProblem) -> Int {
        defer { reset() }
        // Why unsafe: C handles. Why sound: both objects keep them alive.
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        guard code == SQLITE_DONE || code == SQLITE_ROW else { throw LedgerDiskProblem(code: code) }
        return unsafe Int(sqlite3_changes(database.sqliteConnection))
    }

    /// Goes to the next row; false after the last, and the statement is ready for new values.
    func step() throws(LedgerDiskProblem) -> Bool {
        // Why unsafe: C handle. Why sound: `statement` keeps it alive.
        let code = unsafe sqlite3_step(statement.sqliteStatement)
        if code == SQLITE_ROW { return true }
        reset()
        guard code == SQLITE_DONE else { throw LedgerDiskProblem(code: code) }
        return false
    }

    var columnCount: Int32 {
        // Why unsafe: C handle. Why sound: `statement` keeps it alive.
        unsafe sqlite3_column_count(statement.sqliteStatement)
    }

    func value(_ column: Int32) -> ColumnValue {
        // Why unsafe: C handle. Why sound: `statement` keeps it alive, and SQLite answers any column number.
        switch unsafe sqlite3_column_type(statement.sqliteStatement, column) {
        case SQLITE_INTEGER: return .integer(unsafe sqlite3_column_int64(statement.sqliteStatement, column))
        case SQLITE_NULL: return .null
        default: break
        }
        // Why unsafe: C lends the text. Why sound: it is copied before the statement moves on, with its own length.
        guard let start = unsafe sqlite3_column_text(statement.sqliteStatement, column) else { return .null }
        let count = unsafe Int(sqlite3_column_bytes(statement.sqliteStatement, column))
        return .text(unsafe String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self))
    }

    func reset() {
        next = 1
        // Why unsafe: C handle. Why sound: `statement` keeps it alive.
        _ = unsafe sqlite3_reset(statement.sqliteStatement)
    }

    private func bindNull() {
        // Why unsafe: C handle. Why sound: `statement` keeps it alive.
        note(unsafe sqlite3_bind_null(statement.sqliteStatement, next))
    }

    private func note(_ code: Int32) {
        precondition(code == SQLITE_OK || code == SQLITE_TOOBIG || code == SQLITE_NOMEM, "more values than parameters")
        next += 1
    }

    // Why unsafe: the C macro is the number -1 in the type of a function. Why sound: SQLite never calls this value.
    private static let copies = unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
}

/// One value of a row.
enum ColumnValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case text(String)

    var integer: Int64? {
        switch self {
        case .integer(let value): value
        case .null, .text: nil
        }
    }

    var text: String? {
        switch self {
        case .text(let value): value
        case .null, .integer: nil
        }
    }
}

/// What SQLite says when the disk or the file is at fault.
struct LedgerDiskProblem: Error, Hashable {
    /// SQLite's primary result code.
    let code: Int32

    init(code: Int32) { self.code = code & 0xFF }

    var isFull: Bool { code == SQLITE_FULL }

    var failure: LedgerFailure { isFull ? .diskFull : .disk }
}
