import OfferAnswer
import SDP
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// The caller's side of a call. RFC 3261 §13.2.
extension Softphone {
    mutating func dial(_ target: RequestURI) {
        guard let hop = outboundHop ?? target.sip.flatMap({ self.hop(for: .uri($0)) }) else {
            return finish(.failed, 0, "no address to send to")
        }
        var negotiator = makeNegotiator()
        var offer: SessionDescription?
        if !settings.plan.isLateOffer { offer = try? negotiator.makeOffer(settings.media) }
        let outgoing = OutgoingCall(
            requestURI: target, from: settings.identity, to: NameAddress(uri: target), callID: tokens.nextText(),
            localTag: tokens.nextText(), contact: contact,
            headers: [(.allow, Self.allowed), (.userAgent, settings.userAgent)], offer: offer?.serialized(),
            credentials: settings.credentials, firstHop: .hop(hop), seed: tokens.next())
        phase = .calling
        report.callID = outgoing.callID
        report.remote = target.description
        note(.calling(target.description))
        call = PhoneCall(session: InviteSession(calling: outgoing), negotiator: negotiator, invitedAt: now)
        if let span = settings.plan.cancelAfter { arm(.cancel, after: span) }
        drive(.start)
    }

    mutating func note(status response: SIPResponse) {
        guard call?.isTalking == false else { return }
        note(.status(response.status, response.reason))
        guard report.statuses.count < SoftphoneReport.statusLimit else { return }
        report.statuses.append(response.status)
    }

    mutating func progressed(_ response: SIPResponse, _ body: [UInt8]?) {
        if response.status == 180, call?.ringingAt == nil {
            call?.ringingAt = now
            call?.stage = .ringing(since: now)
        }
        // An answer in an unreliable 1xx is a preview (RFC 6337 §3.1.1); one that can't be read is none.
        guard !settings.plan.isLateOffer, let body, let answer = try? SessionDescription(parsing: body),
            let audio = try? call?.negotiator.accept(answer: answer)
        else { return }
        order(audio)
    }

    mutating func answered(_ response: SIPResponse, _ body: [UInt8]?) {
        deadlines.disarm(.cancel)
        report.sipCode = response.status
        report.reason = response.reason
        do {
            let audio = try settings.plan.isLateOffer ? answerLateOffer(body) : acceptFinal(body)
            began(audio)
        } catch {
            report.reason = error.explanation
            drive(.bye(reason: [ReasonField(protocolName: "SIP", cause: 488, text: error.explanation)]))
        }
    }

    /// The 200 may come without a body when a 1xx brought the answer.
    private mutating func acceptFinal(_ body: [UInt8]?) throws(CallProblem) -> NegotiatedAudio {
        guard let body else {
            guard let agreed = call?.negotiator.agreed else { throw .noDescription }
            return agreed
        }
        return try accept(body)
    }

    private mutating func answerLateOffer(_ body: [UInt8]?) throws(CallProblem) -> NegotiatedAudio {
        guard let body else { throw .noDescription }
        let result = try answer(body)
        drive(.acknowledge(body: result.description.serialized()))
        return result.audio
    }

    mutating func callFailed(_ failure: CallFailure) {
        switch failure {
        case .response(let response):
            over(outcome(of: response.status), response.status, response.reason)
        case .local(let cause): over(outcome(of: cause), cause.status, ReasonPhrase.standard(for: cause.status))
        }
    }

    private func outcome(of status: Int) -> SoftphoneReport.Outcome {
        switch status {
        case 408, 480: .noAnswer
        case 487 where call?.isCancelledByUs == true: call?.hasGivenUp == true ? .noAnswer : .cancelled
        default: .rejected
        }
    }

    private func outcome(of cause: LocalCause) -> SoftphoneReport.Outcome {
        switch cause {
        case .timeout: report.statuses.isEmpty ? .failed : .noAnswer
        case .cancelled: call?.hasGivenUp == true ? .noAnswer : .cancelled
        case .transport: .failed
        }
    }

    mutating func cancelCall() {
        guard call?.isTalking == false, call?.isOver == false else { return }
        call?.isCancelledByUs = true
        drive(.cancel(reason: []))
    }
}
