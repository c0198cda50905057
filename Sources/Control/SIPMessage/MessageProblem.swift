/// Why a received message is not processed, and how it may be answered.
package struct MessageProblem: Error, Equatable, Sendable {
    /// What a request is answered with: 400, 414, 501, 505, 513.
    package let status: Int
    /// A reason phrase that says where the fault lies. Holds no octets of the peer.
    package let reason: String
    /// What an answer needs: Via, From, To, Call-ID and CSeq, as far as they could be read. Nil if there is no way to
    /// answer, or nothing to answer: a response, an ACK.
    package let answerable: SIPRequest?
    /// It is a response: to be dropped.
    package let isResponse: Bool

    package init(status: Int, reason: String, answerable: SIPRequest? = nil, isResponse: Bool = false) {
        self.status = status
        self.reason = reason
        self.answerable = answerable
        self.isResponse = isResponse
    }
}
