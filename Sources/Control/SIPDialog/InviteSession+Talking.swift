import SIPMessage
import SIPTransaction
import Timing

// Requests of the peer's and responses to ours, by the state that they meet. RFC 3261 §12.2.
extension InviteSession {
    mutating func receive(
        _ request: SIPRequest, _ id: ServerTransactionID, _ hop: Hop, _ effects: inout [Effect]
    ) {
        if case .calling(let calling) = phase { return receiveWhileCalling(request, id, calling, &effects) }
        guard var dialog, dialog.owns(request) else { return answer(request, id, 481, &effects) }
        let isInOrder = dialog.admit(request)
        self.dialog = dialog
        guard isInOrder else { return answerOutOfOrder(request, id, &effects) }
        if let refusal = RequireCheck.refusal(of: request, supported: supportedOptions, toTag: localTag) {
            return effects.append(.respond(id, refusal))
        }
        switch phase {
        case .incoming(let theirs):
            lastHop = hop
            receiveWhileIncoming(request, id, theirs, &effects)
        case .talking(let talk):
            lastHop = hop
            receiveWhileTalking(request, id, talk, &effects)
        case .ending: receiveWhileEnding(request, id, &effects)
        case .idle, .calling, .terminated: answer(request, id, 481, &effects)
        }
    }

    private mutating func receiveWhileTalking(
        _ request: SIPRequest, _ id: ServerTransactionID, _ talk: Talk, _ effects: inout [Effect]
    ) {
        switch request.method {
        case .invite: receiveReinvite(request, id, talk, &effects)
        case .bye:
            answer(request, id, 200, &effects)
            if let theirs = talk.theirs, let invite = theirs.pending {
                effects.append(.respond(theirs.id, makeResponse(to: invite, 487)))
            }
            effects.append(.ended(.remote(request.reasons)))
            phase = .ending(Ending(lastAck: talk.lastAck, firstInvite: talk.firstInvite))
            disarmCallTimers(&effects)
            finishIfDone(&effects)
        case .ack, .cancel: break
        case .update:
            // A target refresh: RFC 3311 §5.2. Its body is the owner's affair.
            dialog?.refreshTarget(from: request)
            effects.append(.request(request, id))
        case .options, .register, .prack, .info, .message, .refer, .subscribe, .notify, .publish, .other:
            effects.append(.request(request, id))
        }
    }

    /// After the end only a crossing BYE is still understood.
    private mutating func receiveWhileEnding(
        _ request: SIPRequest, _ id: ServerTransactionID, _ effects: inout [Effect]
    ) {
        guard request.method == .bye else { return answer(request, id, 481, &effects) }
        answer(request, id, 200, &effects)
        guard case .ending(var ending) = phase else { return }
        // The peer has ended the call itself, so nothing of ours is owed an ACK any more.
        if ending.delayedBye != nil || ending.theirs != nil {
            ending.delayedBye = nil
            ending.theirs = nil
            effects += [.disarm(.repeatAnswer), .disarm(.awaitAck)]
        }
        phase = .ending(ending)
        finishIfDone(&effects)
    }

    mutating func receive(_ response: SIPResponse, _ key: RequestKey, _ hop: Hop, _ effects: inout [Effect]) {
        switch phase {
        case .calling: receiveWhileCalling(response, key, hop, &effects)
        case .talking(let talk): receiveWhileTalking(response, key, hop, talk, &effects)
        case .ending(let ending): receiveWhileEnding(response, key, hop, ending, &effects)
        case .idle, .incoming, .terminated: break
        }
    }

    private mutating func receiveWhileTalking(
        _ response: SIPResponse, _ key: RequestKey, _ hop: Hop, _ talk: Talk, _ effects: inout [Effect]
    ) {
        if let ours = talk.ours, ours.key == key, !ours.needsAnswer {
            return receive(response, to: ours, hop, talk, &effects)
        }
        if let request = talk.requests[key] { return receive(response, to: request, key, hop, &effects) }
        var talk = talk
        guard receiveRepeatedAnswer(response, key, talk.lastAck, &talk.firstInvite, &effects) else { return }
        phase = .talking(talk)
    }

    mutating func fail(_ key: RequestKey, _ failure: TransactionFailure, _ effects: inout [Effect]) {
        switch phase {
        case .calling: failWhileCalling(key, failure, &effects)
        case .talking(let talk): failWhileTalking(key, failure, talk, &effects)
        case .ending(var ending):
            guard ending.bye?.key == key else { return }
            ending.bye = nil
            phase = .ending(ending)
            finishIfDone(&effects)
        case .idle, .incoming, .terminated: break
        }
    }

    private mutating func failWhileTalking(
        _ key: RequestKey, _ failure: TransactionFailure, _ talk: Talk, _ effects: inout [Effect]
    ) {
        if let ours = talk.ours, ours.key == key {
            return reinviteFailed(failure.status, talk, &effects)
        }
        guard let request = talk.requests[key], let hop = lastHop else { return }
        let response = SIPResponse(to: request, status: failure.status)
        receive(response, to: request, key, hop, &effects)
    }

    mutating func fire(_ timer: SessionTimer, _ effects: inout [Effect]) {
        switch timer {
        case .repeatProgress: repeatProgress(&effects)
        case .repeatAnswer: repeatAnswer(&effects)
        case .awaitAck: giveUpAck(&effects)
        case .glare: retryReinvite(&effects)
        case .forks:
            hasForkTimer = false
            finishIfDone(&effects)
        }
    }

    /// 64·T1 without ACK for our 2xx: the session ends. RFC 3261 §13.3.1.4.
    private mutating func giveUpAck(_ effects: inout [Effect]) {
        switch phase {
        case .talking(var talk):
            guard let theirs = talk.theirs, theirs.pending == nil else { return }
            talk.theirs = nil
            effects += [.disarm(.repeatAnswer), .ackTimeout]
            end(talk, .ackTimeout, bye: [], &effects)
        case .ending(var ending):
            guard ending.theirs != nil else { return }
            let reasons = ending.delayedBye
            ending.theirs = nil
            ending.delayedBye = nil
            phase = .ending(ending)
            effects.append(.disarm(.repeatAnswer))
            if let reasons { sendBye(reasons, &effects) }
        case .idle, .calling, .incoming, .terminated: break
        }
    }
}
