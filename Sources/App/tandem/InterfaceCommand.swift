import ArgumentParser
import SwitchCore

/// `tandem interface plan|restore`
struct InterfaceCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "interface", abstract: "The interface that the switch takes over with media.mode owned.",
        subcommands: [Plan.self, Restore.self])

    struct Plan: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print what taking it over would do, or giving it back if it is taken. Changes nothing.")
        @Argument(help: "Name of the interface.") var interface: String

        func run() throws {
            do throws(StartFailure) {
                let steps = try InterfaceTools.plan(interface)
                for (number, step) in steps.enumerated() { print("\(number + 1). \(step)") }
            } catch {
                throw Failure(error.sentence)
            }
        }
    }

    struct Restore: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Give an interface back that a switch which was killed has left behind.")
        @Argument(help: "Name of the interface.") var interface: String

        func run() throws {
            do throws(StartFailure) {
                try InterfaceTools.restore(interface)
            } catch {
                throw Failure(error.sentence)
            }
        }
    }
}
