import ArgumentParser
import SwitchCore

/// The media plane as a process of its own; started by `tandem run` with `media.process: child`.
struct MediaCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "media", abstract: "The media plane of a running switch (started by it).", shouldDisplay: false)

    @Option var region: Int32
    @Option var down: Int32
    @Option var up: Int32

    func run() throws {
        guard let sentence = MediaChild.run(region: region, down: down, up: up) else { return }
        throw Failure(sentence)
    }
}
