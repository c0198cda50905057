import SIPMessage
import SIPTransaction
import Timing

// The peer's INVITE, and our 2xx until its ACK. RFC 3261 §13.3, §14.2.
extension InviteSession {
    mutating func progress(
        _ status: Int, _ reason: String?, _ body: [UInt8]?, _ headers: HeaderLines, _ effects: inout [Effect]
    ) {
        guard case .incoming(var theirs) = phase, let invite = theirs.pending, (101...199).contains(status) else {
            return
        }
        let response = makeResponse(to: invite, status, reason, body: body, headers: headers)
        theirs.state = .pending(invite, last: response)
        phase = .incoming(theirs)
        effects += [.respond(theirs.id, response), .arm(.repeatProgress, after: Self.progressInterval)]
    }

    mutating func accept(_ body: [UInt8]?, _ headers: HeaderLines, _ effects: inout [Effect]) {
        guard case .incoming(var theirs) = phase, let invite = theirs.pending else { return }
        effects.append(.disarm(.repeatProgress))
        dialog?.state = .confirmed
        respondOK(to: invite, &theirs, body: body, headers: headers, &effects)
        phase = .talking(Talk(theirs: theirs))
    }

    mutating func reject(_ status: Int, _ reason: String?, _ headers: HeaderLines, _ effects: inout [Effect]) {
        guard case .incoming(let theirs) = phase, let invite = theirs.pending, (300...699).contains(status) else {
            return
        }
        let response = makeResponse(to: invite, status, reason, body: nil, headers: headers)
        effects.append(.respond(theirs.id, response))
        finish(&effects)
    }

    /// 200 with the timers that see it acknowledged. RFC 3261 §13.3.1.4.
    mutating func respondOK(
        to invite: SIPRequest, _ theirs: inout TheirInvite, body: [UInt8]?, headers: HeaderLines,
        _ effects: inout [Effect]
    ) {
        let response = makeResponse(to: invite, 200, nil, body: body, headers: headers)
        theirs.state = .accepted(response, repeatAfter: timers.t1)
        // A 2xx with a body settles their offer; without an offer of theirs it is ours, which they owe an answer to.
        offerState = invite.sessionBody == nil && body != nil ? .theyOwe : .settled
        effects += [
            .respond(theirs.id, response), .arm(.repeatAnswer, after: timers.t1),
            .arm(.awaitAck, after: timers.giveUp),
        ]
    }

    /// CANCEL: 200 to itself; 487 to the INVITE if that is still open. RFC 3261 §9.2.
    mutating func receiveCancel(_ cancel: SIPRequest, _ id: ServerTransactionID, _ effects: inout [Effect]) {
        effects.append(.respond(id, SIPResponse(to: cancel, status: 200, toTag: localTag)))
        switch phase {
        case .incoming(let theirs): abandon(theirs, cancel.reasons, &effects)
        case .talking(var talk):
            guard let theirs = talk.theirs, let invite = theirs.pending else { return }
            talk.theirs = nil
            phase = .talking(talk)
            offerState = .settled
            effects += [.respond(theirs.id, makeResponse(to: invite, 487)), .reofferCancelled]
        case .idle, .calling, .ending, .terminated: break
        }
    }

    /// The caller has given up before our final response: by CANCEL, or by BYE in the early dialog.
    private mutating func abandon(
        _ theirs: TheirInvite, _ reasons: [ReasonField], _ effects: inout [Effect]
    ) {
        guard let invite = theirs.pending else { return }
        effects += [.respond(theirs.id, makeResponse(to: invite, 487)), .cancelledByPeer(reasons)]
        finish(&effects)
    }

    mutating func receiveAck(_ ack: SIPRequest, _ hop: Hop, _ effects: inout [Effect]) {
        guard let dialog, dialog.owns(ack) else { return }
        switch phase {
        case .talking(var talk):
            guard let theirs = talk.theirs, acknowledges(ack, theirs) else { return }
            lastHop = hop
            talk.theirs = nil
            phase = .talking(talk)
            offerState = .settled
            effects += [.disarm(.repeatAnswer), .disarm(.awaitAck), .acknowledged(body: ack.sessionBody)]
        case .ending(var ending):
            guard let theirs = ending.theirs, acknowledges(ack, theirs) else { return }
            let reasons = ending.delayedBye
            ending.theirs = nil
            ending.delayedBye = nil
            phase = .ending(ending)
            effects += [.disarm(.repeatAnswer), .disarm(.awaitAck)]
            if let reasons { sendBye(reasons, &effects) }
        case .idle, .calling, .incoming, .terminated: break
        }
    }

    private func acknowledges(_ ack: SIPRequest, _ theirs: TheirInvite) -> Bool {
        theirs.pending == nil && ack.cseq?.number == theirs.sequence
    }

    /// A request in the early dialog that the INVITE has made.
    mutating func receiveWhileIncoming(
        _ request: SIPRequest, _ id: ServerTransactionID, _ theirs: TheirInvite, _ effects: inout [Effect]
    ) {
        switch request.method {
        case .invite: answerBusy(request, id, &effects)
        case .bye:
            answer(request, id, 200, &effects)
            abandon(theirs, request.reasons, &effects)
        case .ack, .cancel: break
        case .options, .register, .prack, .update, .info, .message, .refer, .subscribe, .notify, .publish, .other:
            effects.append(.request(request, id))
        }
    }

    /// Proxies give up an INVITE after three minutes without a response, so each minute tells them. §13.3.1.1.
    static var progressInterval: TimeSpan { .seconds(60) }

    mutating func repeatProgress(_ effects: inout [Effect]) {
        guard case .incoming(let theirs) = phase, case .pending(_, let last?) = theirs.state else { return }
        effects += [.respond(theirs.id, last), .arm(.repeatProgress, after: Self.progressInterval)]
    }

    /// No ACK yet: the 2xx again, at T1 doubling to T2, whatever the transport.
    mutating func repeatAnswer(_ effects: inout [Effect]) {
        guard var theirs = unacknowledged, case .accepted(let response, let interval) = theirs.state else { return }
        let next = timers.doubled(interval)
        theirs.state = .accepted(response, repeatAfter: next)
        effects += [.resend2xx(theirs.id, response), .arm(.repeatAnswer, after: next)]
        switch phase {
        case .talking(var talk):
            talk.theirs = theirs
            phase = .talking(talk)
        case .ending(var ending):
            ending.theirs = theirs
            phase = .ending(ending)
        case .idle, .calling, .incoming, .terminated: break
        }
    }

    private var unacknowledged: TheirInvite? {
        switch phase {
        case .talking(let talk): talk.theirs
        case .ending(let ending): ending.theirs
        case .idle, .calling, .incoming, .terminated: nil
        }
    }
}
