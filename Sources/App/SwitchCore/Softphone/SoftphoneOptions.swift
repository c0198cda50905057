/// `tandem call`, as typed.
extension SoftphoneRunner {
    package struct Options: Sendable {
        package var uri: String?
        package var answer = false
        package var from: String?
        package var bind = "127.0.0.1"
        package var registrar: String?
        package var user: String?
        package var password: String?
        package var passwordFile: String?
        package var expires = 300
        package var registerOnly = false
        /// The registrar is only where calls go.
        package var noRegister = false
        package var transport = "udp"
        package var codecs = "PCMU,PCMA"
        /// Milliseconds.
        package var packetTime = 20
        package var play: String?
        package var record: String?
        package var digits: String?
        /// Seconds from the answer on; so are all that follow.
        package var digitDelay = 1.0
        /// Nil: when the sound file is over, or after ten seconds; 0: never.
        package var seconds: Double?
        package var ring = 0.0
        package var reject: Int?
        package var cancelAfter: Double?
        package var holdAt: Double?
        package var resumeAt: Double?
        package var lateOffer = false
        /// Seconds in all.
        package var wait = 60.0
        package var readyFile: String?
        package var mediaPort: UInt16 = 0

        package init() {}
    }

    /// What came of the call, in the two forms that the command prints.
    package struct Report: Sendable {
        package let json: String
        package let text: String
        /// Whether the call went as asked.
        package let succeeded: Bool
    }
}
