import SIPMessage

/// What makes a request the same as one seen before. RFC 3261 §17.2.3.
enum ServerKey: Hashable, Sendable {
    /// A branch with the magic cookie. An ACK counts as INVITE.
    case branch(String, sentBy: String, method: SIPMethod)
    /// RFC 2543: no cookie. For an ACK the To tag is that of the response which it acknowledges.
    case legacy(uri: String, toTag: String?, fromTag: String?, callID: String, sequence: UInt32, via: String, SIPMethod)

    /// - Parameter method: that of the transaction looked for, so INVITE where a CANCEL looks for its victim.
    /// - Returns: nil if an RFC 2543 request lacks a field that identifies it.
    init?(_ request: SIPRequest, via: ViaField, method: SIPMethod) {
        if via.hasMagicCookie, let branch = via.branch {
            self = .branch(branch, sentBy: via.sentBy, method: method)
            return
        }
        guard let to = request.to, let from = request.from, let callID = request.callID, let cseq = request.cseq
        else { return nil }
        self = .legacy(
            uri: request.uri.description, toTag: to.tag, fromTag: from.tag, callID: callID, sequence: cseq.number,
            via: via.description, method)
    }

    /// Under which the ACK of an RFC 2543 client will come, once we have answered with `toTag`.
    func acknowledgement(toTag: String?) -> ServerKey? {
        switch self {
        case .branch: return nil
        case .legacy(let uri, _, let fromTag, let callID, let sequence, let via, let method):
            guard method == .invite else { return nil }
            return .legacy(
                uri: uri, toTag: toTag, fromTag: fromTag, callID: callID, sequence: sequence, via: via, .ack)
        }
    }
}

/// What two copies of one request share that came by different ways. RFC 3261 §8.2.2.2.
struct MergeKey: Hashable, Sendable {
    let callID: String
    let fromTag: String
    let cseq: CSeqField

    /// For a request outside any dialog. Nil where a field is missing, as the tag is with RFC 2543 clients.
    init?(_ request: SIPRequest) {
        guard let tag = request.from?.tag, let callID = request.callID,
            let cseq = request.cseq
        else { return nil }
        self.callID = callID
        fromTag = tag
        self.cseq = cseq
    }
}
