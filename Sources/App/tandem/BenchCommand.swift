import ArgumentParser
import SwitchCore

/// `tandem bench`
struct BenchCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench", abstract: "Measurements of this machine and of the switch's parts.",
        subcommands: [Timer.self, Capacity.self, Messages.self])

    struct Timer: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "How punctually this machine wakes a thread: lateness of a 1 ms and a 10 ms timer.",
            discussion: "With SCHED_FIFO where the privilege is there, and with the ordinary scheduler.")
        @Option(help: "Seconds per line of the table.") var seconds = 5.0

        func run() throws { Output.line(Bench.timer(seconds: seconds)) }
    }

    struct Capacity: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Packets a second that this machine relays over loopback, as measured at start.")

        func run() throws { Output.line(Bench.capacity()) }
    }

    struct Messages: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Cost of parsing and writing SIP and SDP, one thread.")

        func run() throws { Output.line(Bench.messages()) }
    }
}
