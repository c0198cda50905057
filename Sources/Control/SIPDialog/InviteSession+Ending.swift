import SIPAuth
import SIPMessage
import SIPTransaction

// The end of a call. RFC 3261 §15.
extension InviteSession {
    /// The owner ends the call, whatever its state needs for that.
    mutating func hangUp(_ reasons: [ReasonField], _ effects: inout [Effect]) {
        switch phase {
        case .idle, .calling: cancel(reasons, &effects)
        case .incoming: reject(480, nil, reasons.map { (.reason, $0.description) }, &effects)
        case .talking(let talk): end(talk, .local(reasons), bye: reasons, &effects)
        case .ending, .terminated: break
        }
    }

    /// Ends an answered call from our side.
    ///
    /// A BYE waits for the ACK of our first 2xx (§15.1.1); the owner hears of the end at once all the same.
    mutating func end(_ talk: Talk, _ cause: EndCause, bye reasons: [ReasonField], _ effects: inout [Effect]) {
        var ending = Ending(lastAck: talk.lastAck, firstInvite: talk.firstInvite)
        if let ours = talk.ours, ours.needsAnswer {
            ending.lastAck = sendAck(for: ours, body: nil, &effects)
        } else {
            ending.ours = talk.ours
        }
        if let theirs = talk.theirs {
            if let invite = theirs.pending {
                effects.append(.respond(theirs.id, makeResponse(to: invite, 487)))
            } else {
                ending.theirs = theirs
                ending.delayedBye = reasons
            }
        }
        if talk.glare != nil { effects.append(.disarm(.glare)) }
        offerState = .settled
        phase = .ending(ending)
        effects.append(.ended(cause))
        if ending.delayedBye == nil { sendBye(reasons, &effects) }
    }

    mutating func sendBye(_ reasons: [ReasonField], _ effects: inout [Effect]) {
        guard case .ending = phase, var bye = dialog?.makeRequest(.bye) else { return }
        for reason in reasons { bye.fields.append(.reason, reason.description) }
        sendBye(bye, hop: nil, &effects)
    }

    private mutating func sendBye(_ bye: SIPRequest, hop: NextHop?, _ effects: inout [Effect]) {
        guard case .ending(var ending) = phase, let dialog, let hop = hop ?? nextHop(in: dialog) else {
            return finish(&effects)
        }
        var bye = bye
        if digest.hasChallenge { digest.authorize(&bye, cnonce: chance.nextText()) }
        let key = nextKey()
        ending.bye = (key, bye)
        phase = .ending(ending)
        effects.append(.send(bye, key, hop))
    }

    mutating func receiveWhileEnding(
        _ response: SIPResponse, _ key: RequestKey, _ hop: Hop, _ ending: Ending, _ effects: inout [Effect]
    ) {
        if let bye = ending.bye, bye.key == key { return receive(response, toBye: bye.request, hop, &effects) }
        var ending = ending
        if let ours = ending.ours, ours.key == key {
            // A re-INVITE was out when the call ended. Its 2xx must be acknowledged all the same.
            guard response.isFinal else { return }
            ending.ours = nil
            if response.isSuccess { ending.lastAck = sendAck(for: ours, body: nil, &effects) }
        } else {
            guard receiveRepeatedAnswer(response, key, ending.lastAck, &ending.firstInvite, &effects) else { return }
        }
        phase = .ending(ending)
    }

    /// Any final response ends the dialog; a challenge is answered once more. RFC 3261 §15.1.1.
    private mutating func receive(
        _ response: SIPResponse, toBye bye: SIPRequest, _ hop: Hop, _ effects: inout [Effect]
    ) {
        guard response.isFinal, case .ending(var ending) = phase else { return }
        ending.bye = nil
        phase = .ending(ending)
        if response.status == 401 || response.status == 407, digest.take(response) {
            var next = bye
            dialog?.renumber(&next)
            return sendBye(next, hop: .hop(hop), &effects)
        }
        finishIfDone(&effects)
    }

    /// Forgets the session unless something is still awaited.
    mutating func finishIfDone(_ effects: inout [Effect]) {
        guard case .ending(let ending) = phase, ending.bye == nil, ending.theirs == nil, !hasForkTimer else { return }
        finish(&effects)
    }

    mutating func finish(_ effects: inout [Effect]) {
        phase = .terminated
        effects.append(.terminated)
    }

    func disarmCallTimers(_ effects: inout [Effect]) {
        effects += [.disarm(.repeatAnswer), .disarm(.awaitAck), .disarm(.glare)]
    }
}
