package import SIPMessage
package import SIPTransaction
package import Timing

extension InviteSession {
    /// What a session asks of its engine and tells its owner, in the order in which it must happen.
    package enum Effect: Sendable {
        // For the engine.

        /// Start a client transaction and remember its id under the key.
        case send(SIPRequest, RequestKey, NextHop)
        /// Cancel the INVITE sent under the key: `TransactionLayer.cancel` with these header lines.
        case sendCancel(RequestKey, HeaderLines)
        /// ACK of a 2xx: no transaction. Comes again when the 2xx comes again.
        case sendAck(SIPRequest, NextHop)
        case respond(ServerTransactionID, SIPResponse)
        /// The same 2xx again, since no ACK came.
        case resend2xx(ServerTransactionID, SIPResponse)
        case arm(SessionTimer, after: TimeSpan)
        case disarm(SessionTimer)

        // For the owner.

        /// A provisional response above 100 from the peer. Its To tag tells apart the branches of a fork.
        case progress(SIPResponse, body: [UInt8]?)
        /// The first 2xx. Its ACK is out, unless `body` is an offer that waits for `acknowledge`.
        case answered(SIPResponse, body: [UInt8]?)
        /// No call came about. Nothing but `terminated` follows.
        case failed(CallFailure)
        /// 3xx. Nothing but `terminated` follows.
        case redirected([NameAddress], SIPResponse)
        /// The peer's re-INVITE: answer with `answerReinvite` or `rejectReinvite`. Nil asks for our offer.
        case reoffered(body: [UInt8]?)
        /// The peer has taken its re-INVITE back; it has been answered 487.
        case reofferCancelled
        /// Our re-INVITE's 2xx. Its ACK is out, unless `body` is an offer that waits for `acknowledge`.
        case reinviteAnswered(body: [UInt8]?)
        /// Our re-INVITE failed and the session stands as before.
        case reinviteFailed(status: Int)
        /// The ACK for our 2xx; `body` is the answer where that 2xx carried the offer.
        case acknowledged(body: [UInt8]?)
        /// No ACK for our 2xx in 64·T1: BYE has been sent, `ended` follows.
        case ackTimeout
        /// CANCEL by the peer: 487 has been sent. Nothing but `terminated` follows.
        case cancelledByPeer([ReasonField])
        /// An answered call is over. Nothing but `terminated` follows.
        case ended(EndCause)
        /// A request in the dialog that is not INVITE, ACK, BYE or CANCEL. The owner answers it.
        case request(SIPRequest, ServerTransactionID)
        case requestAnswered(SIPMethod, SIPResponse)
        /// Nothing more will come: forget this session.
        case terminated
    }
}

/// Why an outgoing call did not come about.
package enum CallFailure: Sendable {
    /// The peer's final response, 400-699.
    case response(SIPResponse)
    case local(LocalCause)

    /// The response's status, or the one that stands for a local cause.
    package var status: Int {
        switch self {
        case .response(let response): response.status
        case .local(let cause): cause.status
        }
    }
}

/// A call's end that no message of the peer explains.
package enum LocalCause: Hashable, Sendable {
    /// No final response in time.
    case timeout
    /// The hop refused or was lost.
    case transport
    /// The owner cancelled.
    case cancelled

    package var status: Int {
        switch self {
        case .timeout: 408
        case .transport: 503
        case .cancelled: 487
        }
    }
}

/// How an answered call ended.
package enum EndCause: Sendable {
    /// The peer's BYE.
    case remote([ReasonField])
    /// Our BYE, sent by the owner's wish.
    case local([ReasonField])
    /// No ACK for our 2xx in 64·T1.
    case ackTimeout
    /// The peer does not know the dialog any more (481), or does not answer in it (408, or a dead transport).
    case dialogLost(status: Int)
}
