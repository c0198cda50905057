/// What came of it all.
package struct SoftphoneReport: Equatable, Sendable {
    package enum Outcome: String, Equatable, Sendable {
        /// Answered, and ended by one of the two sides.
        case completed
        /// The callee, or the network for it, refused: `sipCode` says how.
        case rejected
        /// The caller gave up before the answer.
        case cancelled
        /// It rang and nobody answered; or nobody called.
        case noAnswer = "no_answer"
        /// Nothing came about, or it broke: unreachable, no common codec, not registered.
        case failed
    }

    package enum Register: String, Equatable, Sendable {
        case none, registered, failed
    }

    package var outcome = Outcome.failed
    /// Final status of the INVITE, sent or received; 0 without one.
    package var sipCode = 0
    package var reason = ""
    /// Every status received for our INVITE, in order, at most 64.
    package var statuses: [Int] = []
    package var callID = ""
    package var remote = ""
    package var endedBy: EndedBy?
    /// From INVITE to answer or refusal.
    package var setupMilliseconds: Int?
    /// From 180 to answer or refusal.
    package var ringMilliseconds: Int?
    /// From answer to BYE.
    package var talkMilliseconds: Int?
    package var codec: String?
    package var packetsSent: UInt64 = 0
    package var packetsReceived: UInt64 = 0
    package var lost: Int64 = 0
    /// Microseconds, RFC 3550 §6.4.1.
    package var jitter: UInt32 = 0
    /// Times 100; ITU-T G.107. 0: nothing was received.
    package var mos: UInt16 = 0
    package var digitsSent = ""
    package var digitsReceived = ""
    package var holds = 0
    /// How often the peer held us.
    package var heldByPeer = 0
    package var register = Register.none
    /// Final status of the last REGISTER; 0 without one.
    package var registerCode = 0

    static let statusLimit = 64

    package init() {}
}
