import Billing
import Foundation
import GRDB
import Ledger
import Testing

@Suite("A data folder that cannot be used")
struct BadFolders {
    @Test("a second switch is kept out")
    func inUse() throws {
        let folder = try ScratchFolder()
        let opened = try Ledger.open(Build.options(folder.path)) { _ in }
        #expect(throws: LedgerProblem.inUse(path: folder.path + "/lock")) { try Self.reopen(folder.path) }
        opened.ledger.close()
    }

    @Test("a file that is no database is left alone")
    func notDatabase() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/records.sqlite"
        let text = String(repeating: "These are my notes.\n", count: 100)
        try text.write(toFile: path, atomically: false, encoding: .utf8)
        #expect(throws: LedgerProblem.notDatabase(path: path)) { try Self.reopen(folder.path) }
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("another program's database is left alone")
    func foreign() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/records.sqlite"
        try DatabaseQueue(path: path).write { try $0.execute(sql: "CREATE TABLE pets (name)") }
        #expect(throws: LedgerProblem.foreign(path: path)) { try Self.reopen(folder.path) }
        #expect(throws: LedgerProblem.foreign(path: path)) {
            try CDRExport(format: .csv).run(databasePath: path) { _ in }
        }
    }

    @Test("a database of a later version is left alone")
    func newer() throws {
        let folder = try ScratchFolder()
        try Self.reopen(folder.path)
        let path = folder.path + "/records.sqlite"
        try DatabaseQueue(path: path).write {
            try $0.execute(sql: "INSERT INTO grdb_migrations VALUES ('999 from the future')")
        }
        #expect(throws: LedgerProblem.newer(path: path)) { try Self.reopen(folder.path) }
    }

    @Test("a damaged database is told from a foreign one")
    func damaged() throws {
        let folder = try ScratchFolder()
        let filled = try Ledger.open(Build.options(folder.path)) { _ in }
        for number in 1...300 as ClosedRange<UInt64> { filled.ledger.submit(.close(Build.ended(number))) }
        filled.ledger.close()
        let path = folder.path + "/records.sqlite"
        let handle = try #require(FileHandle(forUpdatingAtPath: path))
        try handle.seek(toOffset: 4_096 * 3)
        handle.write(Data(repeating: 0xA5, count: 4_096 * 12))
        try handle.close()
        let problem = #expect(throws: LedgerProblem.self) { try Self.reopen(folder.path) }
        guard case .corrupt = problem else {
            Issue.record("expected damage, found \(String(describing: problem))")
            return
        }
    }

    @Test("a folder that is a file says so in one sentence")
    func file() throws {
        let folder = try ScratchFolder()
        let path = folder.path + "/data"
        try "x".write(toFile: path, atomically: false, encoding: .utf8)
        let problem = #expect(throws: LedgerProblem.self) { try Self.reopen(path) }
        #expect(problem?.description.hasPrefix("The data folder \(path) cannot be used") == true)
    }

    @Test("there is nothing to export where no database is")
    func missing() throws {
        let folder = try ScratchFolder()
        #expect(throws: LedgerProblem.self) {
            try CDRExport(format: .csv).run(databasePath: folder.path + "/records.sqlite") { _ in }
        }
    }

    private static func reopen(_ folder: String) throws {
        let opened = try Ledger.open(Build.options(folder)) { _ in }
        opened.ledger.close()
    }
}
