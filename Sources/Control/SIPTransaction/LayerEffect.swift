package import SIPMessage

/// What the transaction layer asks of the transport and tells the transaction users.
package enum LayerEffect: Sendable {
    /// To the transport: one whole message.
    case send([UInt8], Hop)
    /// A new request that opened a server transaction. Its top Via has `received` and `rport` where they are due.
    case request(SIPRequest, ServerTransactionID, Hop)
    /// An ACK that belongs to a 2xx; it has no transaction.
    case ack(SIPRequest, Hop)
    /// A CANCEL with its own transaction, and the pending or answered INVITE that it means: nil asks for 481.
    case cancel(SIPRequest, ServerTransactionID, invite: ServerTransactionID?)
    /// A response, and the hop that its request was sent to.
    case response(SIPResponse, ClientTransactionID, Hop)
    case failed(ClientTransactionID, TransactionFailure)
    /// No ACK for a non-2xx final response, or a request that its user left unanswered for 64·T1.
    case serverTimeout(ServerTransactionID)
    /// A 2xx to an INVITE whose transaction is gone.
    case stray2xx(SIPResponse, Hop)
    /// A new request for which there is no room; no state was made. Answer it with `respondStateless` or drop it.
    case overload(SIPRequest, Hop)
}

/// What the layer has seen and dropped.
package struct TransactionCounts: Hashable, Sendable {
    /// Retransmitted requests that a transaction absorbed.
    package var absorbedRequests: UInt64 = 0
    /// Responses without a transaction, but for 2xx to INVITE.
    package var strayResponses: UInt64 = 0
    /// Messages whose Via or CSeq could not be read.
    package var unreadable: UInt64 = 0
    /// Requests refused for want of room.
    package var overloaded: UInt64 = 0
    /// Responses given to a transaction that is gone or has answered already.
    package var lateAnswers: UInt64 = 0
    /// Requests that this layer sent again.
    package var retransmittedRequests: UInt64 = 0
    /// Responses that this layer sent again.
    package var retransmittedResponses: UInt64 = 0
}
