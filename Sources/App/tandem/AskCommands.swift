import ArgumentParser
import SwitchCore

/// Output as JSON instead of a table.
struct FormatOption: ParsableArguments {
    @Flag(name: .long, help: "Print JSON.")
    var json = false
}

/// `tandem status`
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "What the running switch carries and what it refused.")

    @OptionGroup var file: ConfigOption
    @OptionGroup var format: FormatOption

    func run() throws { try file.ask("status", json: format.json) }
}

/// `tandem calls`
struct CallsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(commandName: "calls", abstract: "The calls that run now.")

    @OptionGroup var file: ConfigOption
    @OptionGroup var format: FormatOption

    func run() throws { try file.ask("calls", json: format.json) }
}

/// `tandem registrations`
struct RegistrationsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "registrations", abstract: "Registered contacts of the accounts, and of ours at trunks.")

    @OptionGroup var file: ConfigOption
    @OptionGroup var format: FormatOption

    func run() throws { try file.ask("registrations", json: format.json) }
}

/// `tandem hangup`
struct HangUpCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hangup", abstract: "End one call: BYE to both sides, recorded as released by the switch.")

    @OptionGroup var file: ConfigOption
    @Argument(help: "The call_id that `tandem calls` prints.") var callID: String

    func run() throws { try file.ask("hangup \(callID)") }
}

/// `tandem ports list|claim|release`
struct PortsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ports", abstract: "The reserved media ports of the running switch.",
        subcommands: [List.self, Claim.self, Release.self], defaultSubcommand: List.self)

    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Every reserved pair, its state and its load.")
        @OptionGroup var file: ConfigOption
        @OptionGroup var format: FormatOption

        func run() throws { try file.ask("ports", json: format.json) }
    }

    struct Claim: ParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Reserve another pair: PORT and PORT + 1.")
        @OptionGroup var file: ConfigOption
        @Argument(help: "An even UDP port.") var port: UInt16

        func run() throws { try file.ask("claim \(port)") }
    }

    struct Release: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give a pair back: at once when idle, else after its last call.")
        @OptionGroup var file: ConfigOption
        @Argument(help: "An even UDP port.") var port: UInt16

        func run() throws { try file.ask("release \(port)") }
    }
}

extension ConfigOption {
    /// Asks the daemon and prints its answer; its refusal is this command's failure.
    func ask(_ request: String, json: Bool = false) throws {
        let client = try client()
        let answer: String
        do throws(StartFailure) {
            answer = try client.ask(request, json: json)
        } catch {
            throw Failure(error.sentence)
        }
        Output.line(answer)
    }
}
