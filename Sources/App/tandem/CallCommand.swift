import ArgumentParser
import SwitchCore

/// `tandem call`
struct CallCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "call",
        abstract: "A headless softphone: places or takes one call, prints the outcome and its quality.",
        discussion: "Exit status 0 when the call went as asked, 1 when it did not.")

    @Argument(help: "Who to call: sip:USER@HOST[:PORT]. Left out with --answer or --register-only.")
    var uri: String?
    @Flag(help: "Take the next call instead of placing one.") var answer = false
    @Option(help: "Who calls: sip:USER@HOST.") var from: String?
    @Option(help: "Own address: IP or IP:PORT.") var bind = "127.0.0.1"
    @Option(help: "Register at HOST:PORT, and send calls there.") var registrar: String?
    @Option(help: "Account at the registrar.") var user: String?
    @Option(help: "Its password.") var password: String?
    @Option(help: "File that holds the password in its first line.") var passwordFile: String?
    @Flag(help: "Use the registrar as outbound proxy only: answer its challenges, register nothing.")
    var noRegister = false
    @Option(help: "Registration lifetime asked for, seconds.") var expires = 300
    @Flag(help: "Register, unregister, and end.") var registerOnly = false
    @Option(help: "udp or tcp.") var transport = "udp"
    @Option(help: "Codecs in order of preference: PCMU,PCMA.") var codec = "PCMU,PCMA"
    @Option(help: "Packet time, milliseconds.") var ptime = 20
    @Option(help: "WAV file to say; silence without it.") var play: String?
    @Option(help: "WAV file to write what is heard to.") var record: String?
    @Option(help: "Digits to send as RFC 4733 events.") var dtmf: String?
    @Option(help: "Seconds after the answer at which the first digit is sent.") var dtmfDelay = 1.0
    @Option(help: "Hang up so many seconds after the answer; 0 leaves it to the other side.") var seconds: Double?
    @Option(help: "Ring so many seconds before answering.") var ring = 0.0
    @Option(help: "Refuse the call with this SIP status (with --answer).") var reject: Int?
    @Option(help: "Cancel so many seconds after the INVITE.") var cancelAfter: Double?
    @Option(help: "Put the call on hold so many seconds after the answer.") var holdAt: Double?
    @Option(help: "Take it off hold so many seconds after the answer.") var resumeAt: Double?
    @Flag(help: "Offer no session description in the INVITE (late offer).") var lateOffer = false
    @Option(help: "Give up after so many seconds in all.") var wait = 60.0
    @Option(help: "File written once registered or listening, for scripts that wait.") var readyFile: String?
    @Option(help: "UDP port for media; 0 lets the system choose.") var mediaPort: UInt16 = 0
    @Flag(help: "Print the outcome as one line of JSON.") var json = false

    func run() async throws {
        guard uri != nil || answer || registerOnly else {
            throw Failure("a URI to call is missing (or --answer, or --register-only)")
        }
        let outcome: SoftphoneRunner.Report
        do throws(StartFailure) {
            outcome = try await SoftphoneRunner(options()).run()
        } catch {
            throw Failure(error.sentence)
        }
        Output.line(json ? outcome.json : outcome.text)
        if !outcome.succeeded { throw ExitCode.failure }
    }

    private func options() -> SoftphoneRunner.Options {
        var options = SoftphoneRunner.Options()
        options.uri = uri
        options.answer = answer
        options.from = from
        options.bind = bind
        options.registrar = registrar
        options.user = user
        options.password = password
        options.passwordFile = passwordFile
        options.expires = expires
        options.registerOnly = registerOnly
        options.noRegister = noRegister
        options.transport = transport
        options.codecs = codec
        options.packetTime = ptime
        options.play = play
        options.record = record
        options.digits = dtmf
        options.digitDelay = dtmfDelay
        options.seconds = seconds
        options.ring = ring
        options.reject = reject
        options.cancelAfter = cancelAfter
        options.holdAt = holdAt
        options.resumeAt = resumeAt
        options.lateOffer = lateOffer
        options.wait = wait
        options.readyFile = readyFile
        options.mediaPort = mediaPort
        return options
    }
}
