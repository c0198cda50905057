package import SIPMessage
package import SIPTransaction

extension InviteSession {
    /// What may happen to a session. An event that its state has no use for is ignored.
    package enum Event: Sendable {
        // From the owner.

        /// Send the INVITE. Nothing is sent before.
        case start
        /// A provisional response, 101-199. Ignored once a final response is out.
        case progress(status: Int, reason: String?, body: [UInt8]?, headers: HeaderLines)
        /// 200 OK with Contact; `body` is the answer, or the offer where the INVITE had none.
        case accept(body: [UInt8]?, headers: HeaderLines)
        /// A final response of 300-699.
        case reject(status: Int, reason: String?, headers: HeaderLines)
        /// Give up the INVITE that we sent: CANCEL as soon as allowed. Owner then gets `failed`, never `answered`.
        case cancel(reason: [ReasonField])
        /// End the call, whichever way its state needs: BYE, CANCEL, or a final response to a pending INVITE.
        case bye(reason: [ReasonField])
        /// A new offer, or with nil a request for theirs. While another INVITE runs: `reinviteFailed(491)`.
        case reinvite(body: [UInt8]?)
        /// 200 to the peer's re-INVITE.
        case answerReinvite(body: [UInt8]?)
        case rejectReinvite(status: Int)
        /// Our answer to an offer that came in a 2xx: sends the ACK that carries it.
        case acknowledge(body: [UInt8]?)
        /// Any other request in the dialog: INFO, OPTIONS, MESSAGE, REFER, NOTIFY.
        case request(method: SIPMethod, headers: HeaderLines, body: [UInt8], contentType: String?)

        // From the transaction layer.

        case received(SIPRequest, ServerTransactionID, Hop)
        /// An ACK that belongs to no transaction.
        case ack(SIPRequest, Hop)
        /// A CANCEL of the peer's pending INVITE: the second value is the CANCEL's own transaction.
        case cancelled(SIPRequest, ServerTransactionID)
        /// The hop is the one that the request was sent to.
        case response(SIPResponse, RequestKey, Hop)
        case failed(RequestKey, TransactionFailure)
        case timer(SessionTimer)
    }
}
