import SIPDialog
import SIPMessage
import SIPTransaction

/// Between the call's session and the phone.
extension Softphone {
    /// Gives the session one event and carries out what follows.
    mutating func drive(_ event: InviteSession.Event) {
        var told: [InviteSession.Effect] = []
        call?.session.handle(event, now: now, into: &told)
        for effect in told { perform(effect) }
    }

    private mutating func perform(_ effect: InviteSession.Effect) {
        switch effect {
        case .send(let request, let key, let next): send(request, key, next)
        case .sendCancel(let key, let headers):
            guard let id = call?.invites[key] else { return }
            withLayer { $0.cancel(id, headers: headers, now: $1, into: &$2) }
        case .sendAck(let request, let next):
            guard let hop = hop(for: next) else { return }
            withLayer { $0.sendStateless(request, to: hop, into: &$2) }
        case .respond(let id, let response), .resend2xx(let id, let response): respond(id, response)
        case .arm(let timer, let span): arm(.session(timer), after: span)
        case .disarm(let timer): deadlines.disarm(.session(timer))
        case .progress(let response, let body): progressed(response, body)
        case .answered(let response, let body): answered(response, body)
        case .failed(let failure): callFailed(failure)
        case .redirected(_, let response): over(.rejected, response.status, response.reason)
        case .reoffered(let body): reoffered(body)
        case .reinviteAnswered(let body): reinviteAnswered(body)
        case .reinviteFailed(let status): reinviteFailed(status)
        // Every offer of the peer is answered at once, so nothing is left to take back.
        case .reofferCancelled: break
        case .acknowledged(let body): acknowledged(body)
        case .ackTimeout: report.reason = "no ACK"
        case .cancelledByPeer: over(.cancelled, 487, ReasonPhrase.standard(for: 487))
        case .ended(let cause): ended(cause)
        case .request(let request, let id): requested(request, id)
        case .requestAnswered: break
        case .terminated: terminated()
        }
    }

    private mutating func send(_ request: SIPRequest, _ key: RequestKey, _ next: NextHop) {
        let id = send(request, to: next, for: .session(key))
        guard let id else { return drive(.failed(key, .transport)) }
        guard request.method == .invite else { return }
        call?.invites[key] = id
        call?.lastInvite = key
    }

    private mutating func terminated() {
        for timer in SessionTimer.allCases { deadlines.disarm(.session(timer)) }
        call = nil
    }
}
