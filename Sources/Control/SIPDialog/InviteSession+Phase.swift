import SIPMessage
import SIPTransaction
import Timing

extension InviteSession {
    /// Each case holds what its state needs and no more, so that a quiet call is small.
    enum Phase: Sendable {
        /// Ours, not started.
        case idle(OutgoingCall)
        /// Our INVITE is out.
        case calling(Calling)
        /// Their INVITE waits for our final response.
        case incoming(TheirInvite)
        /// A 2xx has been sent or received.
        case talking(Talk)
        /// Over for the owner; a BYE, an ACK or a fork's late answer is still awaited.
        case ending(Ending)
        case terminated
    }

    /// Our INVITE before its final response.
    struct Calling: Sendable {
        var call: OutgoingCall
        var invite: SIPRequest
        var key: RequestKey
        var isProceeding = false
        var cancellation = Cancellation.none
        /// One for each To tag that a provisional response has brought; at most `earlyLimit`.
        var early: [Dialog] = []

        static let earlyLimit = 16
    }

    enum Cancellation: Sendable {
        case none
        /// Waits for a provisional response. RFC 3261 §9.1.
        case wanted([ReasonField])
        case sent([ReasonField])

        var reasons: [ReasonField]? {
            switch self {
            case .none: nil
            case .wanted(let reasons), .sent(let reasons): reasons
            }
        }
    }

    /// An INVITE of the peer's, the first or a later one.
    struct TheirInvite: Sendable {
        enum State: Sendable {
            /// With the last provisional response given.
            case pending(SIPRequest, last: SIPResponse?)
            /// The 2xx, until its ACK.
            case accepted(SIPResponse, repeatAfter: TimeSpan)
        }

        let id: ServerTransactionID
        let sequence: UInt32
        var state: State

        init(_ request: SIPRequest, _ id: ServerTransactionID) {
            self.id = id
            sequence = request.cseq?.number ?? 0
            state = .pending(request, last: nil)
        }

        var pending: SIPRequest? {
            switch state {
            case .pending(let request, _): request
            case .accepted: nil
            }
        }
    }

    /// An INVITE of ours inside the dialog, or the first one while its ACK waits for our answer.
    struct OurInvite: Sendable {
        let request: SIPRequest
        let key: RequestKey
        /// 491s so far.
        let refusals: Int
        /// A 2xx with an offer has come, and the owner has not answered it.
        var needsAnswer = false

        var sequence: UInt32 { request.cseq?.number ?? 0 }
    }

    /// An ACK that goes out again whenever its 2xx comes again.
    struct SentAck: Sendable {
        let key: RequestKey
        let sequence: UInt32
        let remoteTag: String?
        let request: SIPRequest
        let hop: NextHop
    }

    /// A re-INVITE that waits out a glare.
    struct Glare: Sendable {
        let body: [UInt8]?
        let refusals: Int
    }

    /// An answered call.
    struct Talk: Sendable {
        var ours: OurInvite?
        var theirs: TheirInvite?
        var glare: Glare?
        /// Of the latest INVITE of ours.
        var lastAck: SentAck?
        /// Of the first INVITE of ours: where answers of other branches come.
        var firstInvite: FirstInvite?
        /// Other requests in flight, in case they are challenged.
        var requests: [RequestKey: SIPRequest] = [:]
    }

    /// What is left of the INVITE that made the call: enough to refuse other branches' answers.
    struct FirstInvite: Sendable {
        let key: RequestKey
        let sequence: UInt32
        /// ACKs of answers that were refused, at most `forkLimit`.
        var refused: [SentAck] = []

        static let forkLimit = 16
    }

    /// What is still awaited after the end.
    struct Ending: Sendable {
        /// Our BYE in flight.
        var bye: (key: RequestKey, request: SIPRequest)?
        /// A BYE that may go out only when the peer has acknowledged our 2xx. RFC 3261 §15.1.1.
        var delayedBye: [ReasonField]?
        var theirs: TheirInvite?
        var ours: OurInvite?
        var lastAck: SentAck?
        var firstInvite: FirstInvite?
    }

    mutating func nextKey() -> RequestKey {
        lastKey += 1
        return RequestKey(number: lastKey)
    }

    /// Where a request in the dialog goes.
    func nextHop(in dialog: Dialog) -> NextHop? {
        if path == .flow, dialog.routeSet.isEmpty, let lastHop { return .hop(lastHop) }
        return dialog.nextURI.map(NextHop.uri) ?? lastHop.map(NextHop.hop)
    }
}
