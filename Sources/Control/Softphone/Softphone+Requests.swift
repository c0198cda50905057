import SIPDialog
import SIPMessage
import SIPTransaction

/// What the phone says to requests. RFC 3261 §8.2.
extension Softphone {
    static let allowed = "INVITE, ACK, CANCEL, BYE, OPTIONS"

    /// Headers that every answer about our abilities carries.
    static let abilities: HeaderLines = [
        (.allow, allowed), (.accept, "application/sdp"), (.supported, ""),
    ]

    mutating func received(_ request: SIPRequest, _ id: ServerTransactionID, from hop: Hop) {
        if request.to?.tag != nil {
            guard let call, call.session.key == DialogKey(of: request) else {
                return respond(id, to: request, status: 481)
            }
            return drive(.received(request, id, hop))
        }
        guard !layer.isMerged(id) else { return respond(id, to: request, status: 482) }
        let unknown = request.require
        guard unknown.isEmpty else {
            let line: HeaderLines = [(.unsupported, unknown.joined(separator: ", "))]
            return respond(id, to: request, status: 420, headers: line)
        }
        switch request.method {
        case .invite: invited(request, id, from: hop)
        case .options: respond(id, to: request, status: readiness, headers: Self.abilities)
        case .ack, .cancel, .bye: respond(id, to: request, status: 481)
        case .register, .prack, .update, .info, .message, .refer, .subscribe, .notify, .publish, .other:
            respond(id, to: request, status: 405, headers: Self.abilities)
        }
    }

    /// A request in the dialog that its session leaves to us.
    mutating func requested(_ request: SIPRequest, _ id: ServerTransactionID) {
        let status = request.method == .options ? 200 : 405
        respond(id, to: request, status: status, headers: Self.abilities)
    }

    /// What an INVITE would be told now: RFC 3261 §11.2.
    private var readiness: Int {
        switch phase {
        case .idle, .registering, .waiting: 200
        case .calling: 486
        case .closing, .unregistering, .finished: 480
        }
    }

    private mutating func invited(_ invite: SIPRequest, _ id: ServerTransactionID, from hop: Hop) {
        guard phase == .waiting else {
            return respond(id, to: invite, status: readiness == 200 ? 480 : readiness)
        }
        if let type = invite.contentType, !invite.body.isEmpty, type != "application/sdp" {
            return respond(id, to: invite, status: 415, headers: [(.accept, "application/sdp")])
        }
        take(invite, id, from: hop)
    }
}
