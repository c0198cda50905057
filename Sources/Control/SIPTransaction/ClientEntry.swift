import SIPMessage

/// One client transaction with the messages that its machine needs.
struct ClientEntry: Sendable {
    enum Machine: Sendable {
        case invite(InviteClientTransaction)
        case other(NonInviteClientTransaction)
    }

    var machine: Machine
    /// Where the request went.
    var hop: Hop
    let branch: String
    let method: SIPMethod
    /// The request's octets, while it may have to be sent again.
    var octets: [UInt8]
    /// INVITE: the fields from which its ACK and CANCEL are made, without a body.
    let skeleton: RequestSkeleton?
    /// UDP, where the request was moved to TCP for its length and that may fail. RFC 3261 §18.1.1.
    var fallback: Fallback?

    struct Fallback: Sendable {
        let hop: Hop
        let octets: [UInt8]
        let via: ViaField
    }
}

/// The part of an INVITE that its ACK and its CANCEL repeat. RFC 3261 §17.1.1.3, §9.1.
struct RequestSkeleton: Sendable {
    private var request: SIPRequest

    init(_ invite: SIPRequest) {
        request = SIPRequest(method: .invite, uri: invite.uri)
        if let via = invite.fields.values(.via).first { request.fields.append(.via, via) }
        for name in [HeaderName.route, .from, .to, .callID, .cseq] {
            request.fields.append(name, from: invite.fields)
        }
    }

    mutating func replaceVia(_ via: ViaField) { request.fields.set(.via, via.description) }

    /// ACK of a non-2xx: the To is that of the response, which has the tag.
    func acknowledgement(of response: SIPResponse) -> SIPRequest? {
        guard let to = response.fields.first(.to) else { return nil }
        var ack = derived(.ack)
        ack?.fields.set(.to, to)
        return ack
    }

    func cancellation(headers: [(name: HeaderName, value: String)]) -> SIPRequest? {
        var cancel = derived(.cancel)
        for header in headers { cancel?.fields.append(header.name, header.value) }
        return cancel
    }

    private func derived(_ method: SIPMethod) -> SIPRequest? {
        guard let number = request.cseq?.number else { return nil }
        var copy = request
        copy.method = method
        copy.cseq = CSeqField(number, method)
        copy.maxForwards = 70
        return copy
    }
}
