import SIPAuth
import SIPMessage
import SIPTransaction

// Our INVITE, up to its final response. RFC 3261 §13.2, §9.1, §22.2.
extension InviteSession {
    mutating func start(_ effects: inout [Effect]) {
        guard case .idle(let call) = phase else { return }
        let invite = makeInvite(call)
        let key = nextKey()
        phase = .calling(Calling(call: call, invite: invite, key: key))
        offerState = call.offer == nil ? .settled : .theyOwe
        effects.append(.send(invite, key, call.firstHop))
    }

    private func makeInvite(_ call: OutgoingCall) -> SIPRequest {
        var invite = SIPRequest(method: .invite, uri: call.requestURI, body: call.offer ?? [])
        for route in call.routes { invite.fields.append(.route, route.description) }
        var from = call.from
        from.tag = call.localTag
        invite.maxForwards = call.maxForwards
        invite.from = from
        invite.to = call.to
        invite.callID = call.callID
        invite.cseq = CSeqField(1, .invite)
        invite.fields.append(.contact, call.contact.description)
        for line in call.headers { invite.fields.append(line.name, line.value) }
        if call.offer != nil { invite.fields.append(.contentType, call.contentType) }
        return invite
    }

    /// The owner gives up an INVITE of ours.
    mutating func cancel(_ reasons: [ReasonField], _ effects: inout [Effect]) {
        switch phase {
        case .idle:
            effects.append(.failed(.local(.cancelled)))
            finish(&effects)
        case .calling(var calling):
            guard case .none = calling.cancellation else { return }
            calling.cancellation = .wanted(reasons)
            phase = .calling(calling)
            sendCancelIfAllowed(&effects)
        case .talking: hangUp(reasons, &effects)
        case .incoming, .ending, .terminated: break
        }
    }

    /// CANCEL may only follow a provisional response: before one, it could overtake the INVITE. RFC 3261 §9.1.
    private mutating func sendCancelIfAllowed(_ effects: inout [Effect]) {
        guard case .calling(var calling) = phase, calling.isProceeding,
            case .wanted(let reasons) = calling.cancellation
        else { return }
        calling.cancellation = .sent(reasons)
        phase = .calling(calling)
        effects.append(.sendCancel(calling.key, reasons.map { (.reason, $0.description) }))
    }

    mutating func receiveWhileCalling(
        _ response: SIPResponse, _ key: RequestKey, _ hop: Hop, _ effects: inout [Effect]
    ) {
        guard case .calling(let calling) = phase, key == calling.key else { return }
        lastHop = hop
        switch response.status {
        case ..<200: receiveProvisional(response, &effects)
        case 200...299: receiveAnswer(response, calling, &effects)
        case 300...399:
            effects.append(.redirected(response.contacts, response))
            finish(&effects)
        case 401, 407: receiveChallenge(response, calling, hop, &effects)
        default:
            effects.append(.failed(.response(response)))
            finish(&effects)
        }
    }

    private mutating func receiveProvisional(_ response: SIPResponse, _ effects: inout [Effect]) {
        guard case .calling(var calling) = phase else { return }
        calling.isProceeding = true
        if response.status > 100 { noteBranch(response, &calling) }
        phase = .calling(calling)
        if case .none = calling.cancellation {
            guard response.status > 100 else { return }
            effects.append(.progress(response, body: response.sessionBody))
        } else {
            sendCancelIfAllowed(&effects)
        }
    }

    /// A To tag not seen before makes another early dialog. RFC 3261 §13.2.2.1.
    private mutating func noteBranch(_ response: SIPResponse, _ calling: inout Calling) {
        guard let tag = response.to?.tag else { return }
        if let index = calling.early.firstIndex(where: { $0.remoteTag == tag }) {
            calling.early[index].refreshTarget(from: response)
        } else if calling.early.count < Calling.earlyLimit {
            calling.early.append(Dialog(asCaller: calling.invite, answer: response))
        }
        dialog = calling.early.last
    }

    /// 401 or 407: the same INVITE again, with credentials, the next CSeq number and the same Call-ID and tag.
    private mutating func receiveChallenge(
        _ response: SIPResponse, _ calling: Calling, _ hop: Hop, _ effects: inout [Effect]
    ) {
        guard case .none = calling.cancellation, digest.take(response) else {
            effects.append(.failed(.response(response)))
            return finish(&effects)
        }
        var next = calling
        next.invite.cseq = CSeqField((calling.invite.cseq?.number ?? 0) + 1, .invite)
        digest.authorize(&next.invite, cnonce: chance.nextText())
        next.key = nextKey()
        next.isProceeding = false
        next.early = []
        dialog = nil
        phase = .calling(next)
        effects.append(.send(next.invite, next.key, .hop(hop)))
    }

    /// No final response, or no way to the peer.
    mutating func failWhileCalling(_ key: RequestKey, _ failure: TransactionFailure, _ effects: inout [Effect]) {
        guard case .calling(let calling) = phase, key == calling.key else { return }
        let cause: LocalCause
        switch (calling.cancellation, failure) {
        case (.wanted, _), (.sent, _): cause = .cancelled
        case (.none, .timeout): cause = .timeout
        case (.none, .transport): cause = .transport
        }
        effects.append(.failed(.local(cause)))
        finish(&effects)
    }

    /// A request of the peer's before our INVITE has its final response: in one of the early dialogs, or in none.
    mutating func receiveWhileCalling(
        _ request: SIPRequest, _ id: ServerTransactionID, _ calling: Calling, _ effects: inout [Effect]
    ) {
        guard let index = calling.early.firstIndex(where: { $0.owns(request) }) else {
            return answer(request, id, 481, &effects)
        }
        var calling = calling
        let isInOrder = calling.early[index].admit(request)
        phase = .calling(calling)
        guard isInOrder else { return answerOutOfOrder(request, id, &effects) }
        switch request.method {
        case .invite: answer(request, id, 491, &effects)
        case .bye:
            // The callee has given up a branch that it had answered, and the answer was lost on its way.
            answer(request, id, 200, &effects)
            cancel(request.reasons, &effects)
        case .ack, .cancel: break
        case .options, .register, .prack, .update, .info, .message, .refer, .subscribe, .notify, .publish, .other:
            effects.append(.request(request, id))
        }
    }
}
