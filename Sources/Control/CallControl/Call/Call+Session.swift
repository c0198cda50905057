import Octets
import SIPDialog
import SIPMessage
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// Between a leg's session and its call.
extension Call {
    /// Gives a session one event and carries out what follows.
    func drive(_ leg: Leg, _ event: InviteSession.Event) {
        var effects: [InviteSession.Effect] = []
        leg.session.handle(event, now: engine.now, into: &effects)
        for effect in effects { perform(effect, of: leg) }
        if leg.isTerminated { forget(leg) }
    }

    private func perform(_ effect: InviteSession.Effect, of leg: Leg) {
        switch effect {
        case .send(let request, let key, let next): engine.send(request, key, next, for: leg, in: self)
        case .sendCancel(let key, let headers): engine.cancel(key, headers, of: leg)
        case .sendAck(let request, let next): engine.sendAck(request, next)
        case .respond(let id, let response), .resend2xx(let id, let response): engine.respond(id, response)
        case .arm(let timer, after: let span):
            engine.deadlines.arm(.session(leg.address, timer), at: engine.now + span)
        case .disarm(let timer): engine.deadlines.disarm(.session(leg.address, timer))
        case .progress(let response, let body): progressed(leg, response, body)
        case .answered(let response, let body): answered(leg, response, body)
        case .failed(let failure): attemptFailed(leg, failure)
        case .redirected(let contacts, let response): redirected(leg, contacts, response)
        case .reoffered(let body): reoffered(leg, body)
        case .reofferCancelled: reofferCancelled(leg)
        case .reinviteAnswered(let body): reinviteAnswered(leg, body)
        case .reinviteFailed(let status): reinviteFailed(leg, status)
        case .acknowledged(let body): acknowledged(leg, body)
        case .ackTimeout: engine.log(.warning, "call \(id): no ACK from leg \(leg.address.leg) in 64 T1")
        case .cancelledByPeer(let reasons): cancelledByCaller(reasons)
        case .ended(let cause): ended(leg, cause)
        case .request(let request, let id): requested(leg, request, id)
        case .requestAnswered(let method, let response): requestAnswered(leg, method, response)
        case .terminated: leg.isTerminated = true
        }
    }

    /// The session is gone; so is the call when it was the last one and all rows are written.
    private func forget(_ leg: Leg) {
        dropRelayed(leg)
        engine.release(leg)
        if leg !== caller, leg !== winner { callees.removeAll { $0 === leg } }
        finishIfDone()
    }
}

extension CallEngine {
    func cancel(_ key: RequestKey, _ headers: HeaderLines, of leg: Leg) {
        guard let invite = leg.invites.first(where: { $0.key == key }) else { return }
        withLayer { $0.cancel(invite.id, headers: headers, now: now, into: &$1) }
    }

    /// From now on the peer's address belongs to a call.
    func count(_ leg: Leg) {
        leg.isCounted = true
        legsByAddress[leg.hop.remote.address, default: 0] += 1
    }

    private func uncount(_ leg: Leg) {
        let address = leg.hop.remote.address
        guard leg.isCounted, let count = legsByAddress[address] else { return }
        leg.isCounted = false
        legsByAddress[address] = count > 1 ? count - 1 : nil
    }

    /// Gives up what the engine keeps for a leg.
    func release(_ leg: Leg) {
        uncount(leg)
        for timer in SessionTimer.allCases { deadlines.disarm(.session(leg.address, timer)) }
        for invite in leg.invites { clients[invite.id] = nil }
        leg.invites = []
        for id in leg.invitations { invitations[id] = nil }
        leg.invitations = []
    }
}
