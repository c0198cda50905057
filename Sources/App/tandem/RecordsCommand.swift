import ArgumentParser
import SwitchConfig
import SwitchCore

/// `tandem cdr`
struct RecordsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cdr", abstract: "Call records.", subcommands: [Export.self])

    struct Export: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Export call records; columns are stable (Docs/CallRecords.md).")

        @OptionGroup var file: ConfigOption
        @Option(help: "csv, asterisk or jsonl.") var format = "csv"
        @Option(help: "Only records whose INVITE came at or after this time: ISO 8601 or seconds since 1970.")
        var since: String?
        @Option(help: "Only records whose INVITE came before this time.") var until: String?
        @Option(help: "File to write; standard output without it.") var output: String?
        @Option(help: "Database to read; without it the one of the configuration.") var db: String?

        func run() throws {
            let path = try db ?? RecordsExport.databasePath(in: file.load().node.dataDirectory)
            do throws(StartFailure) {
                try RecordsExport.run(database: path, format: format, since: since, until: until, output: output)
            } catch {
                throw Failure(error.sentence)
            }
        }
    }
}
