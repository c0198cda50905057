import Billing
import OfferAnswer
import Routing
import SIPDialog
import SIPMessage
import SwitchConfig
import Timing

/// Attempts that come to nothing, and the call that does.
extension Call {
    /// Why a leg is given up from our side.
    enum Drop {
        case elsewhere
        case noAnswer
        case callerGone(Ending)
    }

    /// A callee's INVITE got a final response of 400 or above, or none at all.
    func attemptFailed(_ leg: Leg, _ failure: CallFailure) {
        guard leg.state != .ended else { return }
        leg.state = .ended
        let attempt: AttemptFailure
        switch failure {
        case .response(let response):
            attempt = AttemptFailure(response)
        case .local(let cause):
            let isSilent = cause == .timeout || cause == .transport
            attempt = AttemptFailure(
                status: cause.status,
                cause: isSilent ? .noUserResponding : HangupCause(sipStatus: cause.status), source: .local)
        }
        judge(leg, attempt)
        close(leg, attempt, attempt.status == 408 ? .timeout : .refused)
        guard case .hunting = phase else { return }
        failures.consider(attempt)
        if isFinal(attempt, from: leg) { return giveUp() }
        ringNext()
    }

    /// A global refusal, or a trunk's answer that speaks for the called party: no other place is tried.
    private func isFinal(_ attempt: AttemptFailure, from leg: Leg) -> Bool {
        if attempt.status >= 600 { return true }
        return leg.party.trunk != nil && !TrunkHealth.failsOver(status: attempt.status)
    }

    /// What an attempt says of its trunk.
    private func judge(_ leg: Leg, _ attempt: AttemptFailure) {
        guard let trunk = leg.party.trunk else { return }
        tried.append(
            TriedRoute(
                trunk: trunk, sipStatus: UInt16(clamping: attempt.status), cause: attempt.cause,
                milliseconds: milliseconds(since: leg.record.times.invite)))
        guard TrunkHealth.failsOver(status: attempt.status) else { return engine.health.answered(trunk) }
        let wish = attempt.retryAfter.map { TimeSpan.seconds(Int(min($0, 3_600))) }
        engine.health.failed(trunk, retryAfter: wish, now: engine.now)
        engine.log(.warning, "trunk \(trunk) failed with \(attempt.status)")
    }

    /// The caller gets the best of what the attempts said.
    func giveUp() {
        let best = failures.best ?? AttemptFailure(status: 480, cause: .noUserResponding, source: .local)
        var headers: HeaderLines = []
        if let seconds = best.retryAfter { headers.append((.retryAfter, String(seconds))) }
        refuse(
            FailureChoice.statusForCaller(best.status), best.cause, source: best.source, headers: headers,
            reason: best.status == 408 || best.cause == .noAnswer ? .timeout : .refused)
    }

    /// Nobody has answered for as long as may be.
    func noAnswer() {
        guard case .hunting = phase else { return }
        let rang = callees.contains { $0.state == .ringing }
        failures = FailureChoice()
        failures.consider(
            rang
                ? AttemptFailure(status: 480, cause: .noAnswer, source: .local)
                : AttemptFailure(status: 408, cause: .noUserResponding, source: .local))
        for leg in callees { drop(leg, .noAnswer) }
        giveUp()
    }

    /// Gives up a leg that has not answered: its row is closed at once, its session sees CANCEL to its end.
    func drop(_ leg: Leg, _ why: Drop) {
        guard leg.state != .ended else { return }
        let wasAnswered = leg.state == .answered
        leg.state = .ended
        switch why {
        case .elsewhere:
            close(leg, AttemptFailure(status: 487, cause: .answeredElsewhere, source: .local), .cancel)
            drive(leg, .cancel(reason: Self.elsewhere))
        case .noAnswer:
            let failure = AttemptFailure(status: 480, cause: .noAnswer, source: .local)
            close(leg, failure, .timeout)
            drive(leg, .cancel(reason: [ReasonField(protocolName: "Q.850", cause: 19)]))
        case .callerGone(let ending):
            if !wasAnswered {
                close(leg, AttemptFailure(status: 487, cause: ending.cause, source: ending.source), ending.reason)
            }
            drive(leg, wasAnswered ? .bye(reason: ending.reasons) : .cancel(reason: ending.reasons))
        }
    }

    /// A final response to a caller who has not been answered, and the end of the call.
    func refuse(
        _ status: Int, _ cause: HangupCause, source: CauseSource = .local, text: String? = nil,
        headers: HeaderLines = [], reason: CloseReason = .refused, disposition: Disposition? = nil
    ) {
        guard !isReleasing else { return }
        caller.record.outcome.sipStatus = UInt16(status)
        caller.record.outcome.sipReason = text
        caller.record.outcome.disposition = disposition ?? Disposition(finalStatus: status)
        let ending = makeEnding(reason, by: status >= 500 ? .ourselves : .callee, cause, source)
        var lines = headers
        lines.append((.reason, ending.reasons[0].description))
        if status == 503, !lines.contains(where: { $0.name == .retryAfter }) {
            lines.append((.retryAfter, String(CallEngine.retryAfter)))
        }
        finish(ending) { call in
            call.drive(call.caller, .reject(status: status, reason: text, headers: lines))
        }
    }

    /// 488, with the words of the negotiation.
    func refuseMedia(_ problem: NegotiationProblem) {
        var headers: HeaderLines = []
        if let code = problem.warningCode {
            let warning = WarningField(
                code: code, agent: engine.configuration.sip.domain, text: problem.explanation)
            headers.append((.warning, warning.description))
        }
        refuse(problem.status, .bearerNotImplemented, headers: headers)
    }
}
