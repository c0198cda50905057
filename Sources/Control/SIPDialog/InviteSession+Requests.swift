import SIPAuth
import SIPMessage
import SIPTransaction

// Other requests of ours in the dialog: INFO, OPTIONS, MESSAGE, REFER. RFC 3261 §12.2.1.
extension InviteSession {
    /// Answers awaited at once; more requests than that are not sent.
    static let requestLimit = 32

    mutating func request(
        _ method: SIPMethod, _ headers: HeaderLines, _ body: [UInt8], _ type: String?, _ effects: inout [Effect]
    ) {
        guard case .talking(let talk) = phase, talk.requests.count < Self.requestLimit,
            var request = dialog?.makeRequest(method, contact: method.isTargetRefresh ? contact : nil)
        else { return }
        for line in headers { request.fields.append(line.name, line.value) }
        if let type { request.fields.append(.contentType, type) }
        request.body = body
        send(request, hop: nil, &effects)
    }

    private mutating func send(_ request: SIPRequest, hop: NextHop?, _ effects: inout [Effect]) {
        guard case .talking(var talk) = phase, let dialog, let hop = hop ?? nextHop(in: dialog) else { return }
        var request = request
        if digest.hasChallenge { digest.authorize(&request, cnonce: chance.nextText()) }
        let key = nextKey()
        talk.requests[key] = request
        phase = .talking(talk)
        effects.append(.send(request, key, hop))
    }

    /// A response to such a request; a timeout comes here as 408.
    mutating func receive(
        _ response: SIPResponse, to request: SIPRequest, _ key: RequestKey, _ hop: Hop, _ effects: inout [Effect]
    ) {
        guard response.isFinal, case .talking(var talk) = phase else { return }
        talk.requests[key] = nil
        phase = .talking(talk)
        if response.status == 401 || response.status == 407, digest.take(response) {
            return resend(request, to: hop, &effects)
        }
        if response.isSuccess {
            lastHop = hop
            digest.noteAccepted()
            if request.method.isTargetRefresh { dialog?.refreshTarget(from: response) }
        }
        effects.append(.requestAnswered(request.method, response))
        guard [408, 481].contains(response.status), !request.method.hasOwnUsage else { return }
        end(talk, .dialogLost(status: response.status), bye: [], &effects)
    }

    private mutating func resend(_ request: SIPRequest, to hop: Hop, _ effects: inout [Effect]) {
        var next = request
        dialog?.renumber(&next)
        send(next, hop: .hop(hop), &effects)
    }
}

extension SIPMethod {
    /// Its Contact moves the remote target. RFC 3261 §6, RFC 3311, RFC 6665 §4.4.1.
    var isTargetRefresh: Bool {
        switch self {
        case .invite, .update, .subscribe, .notify, .refer: true
        case .ack, .bye, .cancel, .options, .register, .prack, .info, .message, .publish, .other: false
        }
    }

    /// A failure of it ends its subscription and not the call. RFC 5057 §5.1.
    var hasOwnUsage: Bool {
        switch self {
        case .subscribe, .notify, .refer: true
        case .invite, .ack, .bye, .cancel, .options, .register, .prack, .update, .info, .message, .publish, .other:
            false
        }
    }
}
