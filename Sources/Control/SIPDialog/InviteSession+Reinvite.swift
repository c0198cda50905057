import SIPAuth
import SIPMessage
import SIPTransaction
import Timing

// Changes of a standing session, both ways. RFC 3261 §14, RFC 6337.
extension InviteSession {
    /// 491s to one re-INVITE after which the owner hears of it.
    static let glareLimit = 5

    mutating func reinvite(_ body: [UInt8]?, _ effects: inout [Effect]) {
        guard case .talking(let talk) = phase else { return }
        guard talk.ours == nil, talk.theirs == nil, talk.glare == nil else {
            return effects.append(.reinviteFailed(status: 491))
        }
        sendReinvite(body, refusals: 0, talk, &effects)
    }

    private mutating func sendReinvite(
        _ body: [UInt8]?, refusals: Int, _ talk: Talk, _ effects: inout [Effect]
    ) {
        guard var invite = dialog?.makeRequest(.invite, contact: contact) else { return }
        if let body {
            invite.fields.append(.contentType, contentType)
            invite.body = body
        }
        send(invite, refusals: refusals, talk, hop: nil, &effects)
    }

    private mutating func send(
        _ invite: SIPRequest, refusals: Int, _ talk: Talk, hop: NextHop?, _ effects: inout [Effect]
    ) {
        var invite = invite
        if digest.hasChallenge { digest.authorize(&invite, cnonce: chance.nextText()) }
        guard let dialog, let hop = hop ?? nextHop(in: dialog) else { return }
        let key = nextKey()
        var talk = talk
        talk.ours = OurInvite(request: invite, key: key, refusals: refusals)
        talk.glare = nil
        phase = .talking(talk)
        offerState = invite.sessionBody == nil ? .settled : .theyOwe
        effects.append(.send(invite, key, hop))
    }

    /// A response to our re-INVITE.
    mutating func receive(
        _ response: SIPResponse, to ours: OurInvite, _ hop: Hop, _ talk: Talk, _ effects: inout [Effect]
    ) {
        var talk = talk
        switch response.status {
        case ..<200: break
        case 200...299:
            lastHop = hop
            digest.noteAccepted()
            dialog?.refreshTarget(from: response)
            let body = response.sessionBody
            let hasOffer = ours.request.sessionBody == nil && body != nil
            acknowledge(ours, hasOffer: hasOffer, &talk, &effects)
            phase = .talking(talk)
            effects.append(.reinviteAnswered(body: body))
        case 401, 407:
            guard digest.take(response) else { return reinviteFailed(response.status, talk, &effects) }
            var next = ours.request
            dialog?.renumber(&next)
            send(next, refusals: ours.refusals, talk, hop: .hop(hop), &effects)
        case 491 where ours.refusals + 1 < Self.glareLimit:
            talk.ours = nil
            talk.glare = Glare(body: ours.request.sessionBody, refusals: ours.refusals + 1)
            phase = .talking(talk)
            offerState = .settled
            effects.append(.arm(.glare, after: glareDelay()))
        default: reinviteFailed(response.status, talk, &effects)
        }
    }

    /// The owner of the Call-ID waits 2.1-4 s, the other side 0-2 s, in steps of 10 ms. RFC 3261 §14.1.
    private mutating func glareDelay() -> TimeSpan {
        let draw = chance.next()
        switch role {
        case .caller: return .milliseconds(2_100 + 10 * Int(draw % 191))
        case .callee: return .milliseconds(10 * Int(draw % 201))
        }
    }

    mutating func retryReinvite(_ effects: inout [Effect]) {
        guard case .talking(var talk) = phase, let glare = talk.glare else { return }
        talk.glare = nil
        guard talk.ours == nil, talk.theirs == nil else {
            phase = .talking(talk)
            return effects.append(.reinviteFailed(status: 491))
        }
        sendReinvite(glare.body, refusals: glare.refusals, talk, &effects)
    }

    /// 408 and 481 end the dialog; after any other refusal the session stands as it was. RFC 3261 §14.1.
    mutating func reinviteFailed(_ status: Int, _ talk: Talk, _ effects: inout [Effect]) {
        var talk = talk
        talk.ours = nil
        phase = .talking(talk)
        offerState = .settled
        effects.append(.reinviteFailed(status: status))
        if status == 408 || status == 481 { end(talk, .dialogLost(status: status), bye: [], &effects) }
    }

    /// The peer's re-INVITE. RFC 3261 §14.2.
    mutating func receiveReinvite(
        _ request: SIPRequest, _ id: ServerTransactionID, _ talk: Talk, _ effects: inout [Effect]
    ) {
        if talk.theirs != nil { return answerBusy(request, id, &effects) }
        if talk.ours != nil { return answer(request, id, 491, &effects) }
        var talk = talk
        talk.theirs = TheirInvite(request, id)
        phase = .talking(talk)
        offerState = request.sessionBody == nil ? .settled : .weOwe
        effects.append(.reoffered(body: request.sessionBody))
    }

    mutating func answerReinvite(_ body: [UInt8]?, _ effects: inout [Effect]) {
        guard case .talking(var talk) = phase, var theirs = talk.theirs, let invite = theirs.pending else { return }
        dialog?.refreshTarget(from: invite)
        respondOK(to: invite, &theirs, body: body, headers: [], &effects)
        talk.theirs = theirs
        // What we wanted to offer may be out of date: the owner decides again.
        let isOverruled = talk.glare != nil
        talk.glare = nil
        phase = .talking(talk)
        if isOverruled { effects += [.disarm(.glare), .reinviteFailed(status: 491)] }
    }

    mutating func rejectReinvite(_ status: Int, _ effects: inout [Effect]) {
        guard case .talking(var talk) = phase, let theirs = talk.theirs, let invite = theirs.pending,
            (300...699).contains(status)
        else { return }
        talk.theirs = nil
        phase = .talking(talk)
        offerState = .settled
        effects.append(.respond(theirs.id, makeResponse(to: invite, status)))
    }
}
