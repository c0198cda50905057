import ArgumentParser
import SwitchCore

/// `tandem replay`
struct ReplayCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "replay",
        abstract: "Run a capture through the demultiplexer and report where each packet went.",
        discussion: """
            Reads pcap and pcapng of Ethernet, Linux cooked, raw IP and loopback packets. Whose capture it is say --mac, \
            --address and --address6; for what is left out, everything unicast counts as ours. UDP checksums are verified, \
            but for those that the sender's card was to finish, as in captures taken on the sending machine.
            """)

    @Argument(help: "The capture file.") var file: String
    @Flag(help: "Print one line of JSON a packet instead of a table.") var json = false
    @Option(help: "Our IPv4 address.") var address: String?
    @Option(help: "Our IPv6 address.") var address6: String?
    @Option(help: "Our MAC address.") var mac: String?
    @Option(help: "The reserved UDP ports, A-B.") var ports = "20000-20127"
    @Option(help: "The VLAN that we are in; 0 for none.") var vlan: UInt16 = 0
    @Flag(help: "Count unfinished UDP checksums as wrong.") var strictChecksums = false

    func run() throws {
        var options = Replay.Options()
        options.file = file
        options.json = json
        options.address = address
        options.address6 = address6
        options.mac = mac
        options.ports = ports
        options.vlan = vlan
        options.strictChecksums = strictChecksums
        do throws(StartFailure) {
            try Replay.run(options)
        } catch {
            throw Failure(error.sentence)
        }
    }
}
