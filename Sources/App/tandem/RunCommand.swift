import ArgumentParser
import SwitchConfig
import SwitchCore

/// `tandem run`
struct RunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Run the switch in the foreground; SIGTERM drains and ends, SIGHUP reloads.",
        discussion: "Prints one line, `tandem ready`, when it takes calls.")

    @OptionGroup var file: ConfigOption

    func run() async throws {
        let configuration = try file.load()
        do throws(StartFailure) {
            try await SwitchRunner(configuration: configuration, path: file.config).run()
        } catch {
            throw Failure(error.sentence)
        }
    }
}

/// `tandem check`
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Validate a configuration; lists every problem with file and line.")

    @OptionGroup var file: ConfigOption

    func run() throws {
        let configuration = try file.load()
        for warning in ConfigurationAdvice.warnings(for: configuration) { Output.complaint("warning: \(warning)") }
        if let obstacle = ConfigurationAdvice.obstacle(in: configuration) { throw Failure(obstacle) }
        Output.line("\(file.config ?? "embedded default"): no problems")
    }
}

extension ConfigOption {
    /// The configuration, or every problem of the file on standard error and exit status 1.
    func load() throws -> Configuration {
        guard let config else { return Configuration.standard }
        do {
            return try ConfigurationFile.load(path: config)
        } catch {
            Output.complaint(error.description)
            throw ExitCode.failure
        }
    }

    /// Where the daemon's local socket is.
    func client() throws -> AdminClient { AdminClient(dataDirectory: try load().node.dataDirectory) }
}
