import Foundation
import Ledger
import Testing

@Suite("The schema")
struct SchemaTests {
    @Test("opening twice changes nothing")
    func stable() throws {
        let folder = try ScratchFolder()
        var texts: [[String]] = []
        for _ in 0..<2 {
            let opened = try Ledger.open(Build.options(folder.path)) { _ in }
            opened.ledger.close()
            texts.append(try Rows(folder.path).column("SELECT sql FROM sqlite_master ORDER BY name"))
        }
        #expect(texts[0] == texts[1])
        #expect(try Rows(folder.path).column("SELECT identifier FROM grdb_migrations") == ["1 records"])
    }

    @Test("the table has the columns of the export in its order, and is strict")
    func columns() throws {
        let folder = try ScratchFolder()
        let opened = try Ledger.open(Build.options(folder.path)) { _ in }
        opened.ledger.close()
        let rows = try Rows(folder.path)
        let names = try rows.column("SELECT name FROM pragma_table_info('cdr') ORDER BY cid")
        #expect(names == ExpectedExport.header.split(separator: ",").map(String.init))
        #expect(try rows.one("SELECT strict FROM pragma_table_list WHERE name = 'cdr'") == "1")
        #expect(try rows.one("PRAGMA journal_mode") == "wal")
    }

    @Test("every column is explained in Docs/CallRecords.md")
    func documented() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appendingPathComponent("Docs/CallRecords.md")
        let text = try String(contentsOf: file, encoding: .utf8)
        for name in ExpectedExport.header.split(separator: ",") {
            #expect(text.contains("`\(name)`"), "\(name) is not in Docs/CallRecords.md")
        }
    }
}
