import ArgumentParser
import SwitchCore

/// One sentence on standard error, and the exit status that goes with it.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ sentence: String) { description = sentence }
}

/// `--config FILE`, for commands that need the switch's configuration.
struct ConfigOption: ParsableArguments {
    @Option(name: .long, help: "Configuration file. Without it the embedded default is used: loopback only.")
    var config: String?
}
