import ArgumentParser
import SwitchCore

/// The media plane as a process of its own; started by `tandem run` with `media.process: child`.
struct MediaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media", abstract: "The media plane of a running switch (started by it).", shouldDisplay: false)

    @Option(help: "Descriptor of the shared memory.") var region: Int32
    @Option(help: "Descriptor of the bell.") var down: Int32
    @Option(help: "The data folder of the switch.") var data: String

    func run() throws {
        if let sentence = MediaChild.run(region: region, bell: down) { throw Failure(sentence) }
    }
}
