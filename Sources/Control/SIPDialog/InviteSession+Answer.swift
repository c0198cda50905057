import SIPAuth
import SIPMessage
import SIPTransaction

// 2xx to our INVITEs, and their ACKs. RFC 3261 §13.2.2.4, §14.1.
extension InviteSession {
    /// The first 2xx to our INVITE.
    mutating func receiveAnswer(_ response: SIPResponse, _ calling: Calling, _ effects: inout [Effect]) {
        var confirmed = Dialog(asCaller: calling.invite, answer: response)
        confirmed.remoteSequence = calling.early.first { $0.remoteTag == confirmed.remoteTag }?.remoteSequence
        dialog = confirmed
        digest.noteAccepted()
        let first = FirstInvite(key: calling.key, sequence: confirmed.localSequence)
        if calling.early.contains(where: { $0.remoteTag != confirmed.remoteTag }) {
            hasForkTimer = true
            effects.append(.arm(.forks, after: timers.giveUp))
        }
        let ours = OurInvite(request: calling.invite, key: calling.key, refusals: 0)
        if let reasons = calling.cancellation.reasons {
            return refuseAnswer(ours, first, reasons, &effects)
        }
        var talk = Talk(firstInvite: first)
        let body = response.sessionBody
        acknowledge(ours, hasOffer: calling.call.offer == nil && body != nil, &talk, &effects)
        phase = .talking(talk)
        effects.append(.answered(response, body: body))
    }

    /// The 2xx has crossed our CANCEL: ACK, then BYE. The owner hears of a failure only.
    private mutating func refuseAnswer(
        _ ours: OurInvite, _ first: FirstInvite, _ reasons: [ReasonField], _ effects: inout [Effect]
    ) {
        var ending = Ending(firstInvite: first)
        ending.lastAck = sendAck(for: ours, body: nil, &effects)
        offerState = .settled
        phase = .ending(ending)
        effects.append(.failed(.local(.cancelled)))
        sendBye(reasons, &effects)
    }

    /// ACKs a 2xx at once, or waits for the owner's answer where the 2xx holds the offer.
    mutating func acknowledge(
        _ ours: OurInvite, hasOffer: Bool, _ talk: inout Talk, _ effects: inout [Effect]
    ) {
        offerState = hasOffer ? .weOwe : .settled
        talk.ours = hasOffer ? ours : nil
        talk.ours?.needsAnswer = true
        if !hasOffer { talk.lastAck = sendAck(for: ours, body: nil, &effects) }
    }

    /// The owner's answer to an offer that came in a 2xx.
    mutating func acknowledge(_ body: [UInt8]?, _ effects: inout [Effect]) {
        guard case .talking(var talk) = phase, let ours = talk.ours, ours.needsAnswer else { return }
        talk.ours = nil
        talk.lastAck = sendAck(for: ours, body: body, &effects)
        offerState = .settled
        phase = .talking(talk)
    }

    /// - Returns: the ACK, to be sent again when the 2xx comes again.
    mutating func sendAck(for ours: OurInvite, body: [UInt8]?, _ effects: inout [Effect]) -> SentAck? {
        guard let dialog, let hop = nextHop(in: dialog) else { return nil }
        var ack = dialog.makeAck(sequence: ours.sequence, invite: ours.request.fields)
        if let body {
            ack.fields.append(.contentType, contentType)
            ack.body = body
        }
        effects.append(.sendAck(ack, hop))
        return SentAck(key: ours.key, sequence: ours.sequence, remoteTag: dialog.remoteTag, request: ack, hop: hop)
    }

    /// A 2xx that comes again, or another branch's answer.
    /// - Returns: whether the response was one of these.
    mutating func receiveRepeatedAnswer(
        _ response: SIPResponse, _ key: RequestKey, _ last: SentAck?, _ first: inout FirstInvite?,
        _ effects: inout [Effect]
    ) -> Bool {
        guard response.isSuccess else { return first?.key == key || last?.key == key }
        let tag = response.to?.tag
        if let last, last.key == key, last.remoteTag == tag {
            effects.append(.sendAck(last.request, last.hop))
            return true
        }
        guard var branch = first, branch.key == key else { return false }
        if tag != dialog?.remoteTag { refuseBranch(response, &branch, &effects) }
        first = branch
        return true
    }

    /// Another branch of the fork has answered as well: ACK and BYE. RFC 3261 §13.2.2.4.
    private mutating func refuseBranch(
        _ response: SIPResponse, _ branch: inout FirstInvite, _ effects: inout [Effect]
    ) {
        let tag = response.to?.tag
        if let sent = branch.refused.first(where: { $0.remoteTag == tag }) {
            return effects.append(.sendAck(sent.request, sent.hop))
        }
        guard let dialog, branch.refused.count < FirstInvite.forkLimit else { return }
        var other = Dialog(besides: dialog, answer: response, sequence: branch.sequence)
        guard let hop = nextHop(in: other) else { return }
        let ack = other.makeAck(sequence: branch.sequence, invite: HeaderFields())
        effects.append(.sendAck(ack, hop))
        branch.refused.append(
            SentAck(key: branch.key, sequence: branch.sequence, remoteTag: tag, request: ack, hop: hop))
        effects.append(.send(other.makeRequest(.bye), nextKey(), hop))
    }
}
