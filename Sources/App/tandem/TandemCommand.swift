import ArgumentParser
import SwitchCore

/// The one executable. Docs/Specification.md lists what each subcommand promises.
@main
struct TandemCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tandem",
        abstract: "A softswitch and VoIP gateway: SIP, RTP, transcoding, and a record of every call.",
        version: ProductVersion.text,
        subcommands: [
            RunCommand.self, CheckCommand.self, CallCommand.self, RecordsCommand.self, StatusCommand.self,
            CallsCommand.self, RegistrationsCommand.self, PortsCommand.self, HangUpCommand.self, BenchCommand.self,
            ReplayCommand.self, InterfaceCommand.self, MediaCommand.self,
        ])
}
