/// Why the ledger cannot be opened. Each is one sentence for the operator.
package enum LedgerProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case folder(path: String, reason: String)
    /// Another process holds the same data folder.
    case inUse(path: String)
    case unreadable(path: String, reason: String)
    case notDatabase(path: String)
    /// A SQLite database of another program.
    case foreign(path: String)
    /// Written by a later version of this program.
    case newer(path: String)
    case corrupt(path: String, finding: String)
    case liveness(path: String, errno: Int)
    case reserve(path: String, errno: Int)

    package var description: String {
        switch self {
        case .folder(let path, let reason): "The data folder \(path) cannot be used: \(reason)."
        case .inUse(let path): "The data folder \(path) is in use by another running switch."
        case .unreadable(let path, let reason): "The call records in \(path) cannot be opened: \(reason)."
        case .notDatabase(let path): "The file \(path) is not a SQLite database; move it away or set node.data."
        case .foreign(let path): "The database \(path) belongs to another program; move it away or set node.data."
        case .newer(let path): "The database \(path) was written by a later version of this program."
        case .corrupt(let path, let finding): "The database \(path) is damaged: \(finding)."
        case .liveness(let path, let errno): "The liveness file \(path) cannot be mapped (error \(errno))."
        case .reserve(let path, let errno): "The reserve \(path) cannot be allocated (error \(errno))."
        }
    }
}
