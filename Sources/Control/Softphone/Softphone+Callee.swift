import Octets
import OfferAnswer
import SDP
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// The callee's side of a call. RFC 3261 §13.3.
extension Softphone {
    mutating func take(_ invite: SIPRequest, _ id: ServerTransactionID, from hop: Hop) {
        phase = .calling
        report.callID = invite.callID ?? ""
        report.remote = invite.from?.uri.description ?? ""
        note(.called(by: report.remote))
        let session = InviteSession(
            incoming: invite, transaction: id, hop: hop, localTag: tokens.nextText(), contact: contact,
            credentials: settings.credentials, seed: tokens.next())
        call = PhoneCall(session: session, negotiator: makeNegotiator(), invitedAt: now)
        if !invite.body.isEmpty {
            do {
                let prepared = try answer(invite.body).description
                call?.answer = prepared
            } catch {
                return refuse(error.status, headers: warning(error))
            }
        }
        alert()
    }

    private mutating func alert() {
        call?.ringingAt = now
        call?.stage = .ringing(since: now)
        drive(.progress(status: 180, reason: nil, body: nil, headers: []))
        if settings.plan.ring > .zero { arm(.answer, after: settings.plan.ring) } else { ringEnded() }
    }

    /// The plan's moment to answer or refuse.
    mutating func ringEnded() {
        if let status = settings.plan.rejectStatus { refuse(status) } else { answerNow() }
    }

    mutating func answerNow() {
        guard let current = call, current.session.role == .callee, !current.isTalking, !current.isOver else { return }
        deadlines.disarm(.answer)
        report.sipCode = 200
        report.reason = ReasonPhrase.standard(for: 200)
        var body = current.answer
        if body == nil { body = try? call?.negotiator.makeOffer(settings.media) }
        drive(
            .accept(
                body: body?.serialized(), headers: [(.allow, Self.allowed), (.userAgent, settings.userAgent)]))
        began(call?.negotiator.agreed)
    }

    /// Refuses a call that rings; any other state has nothing to refuse.
    mutating func refuse(_ status: Int, headers: HeaderLines = []) {
        guard let current = call, current.session.role == .callee, !current.isTalking, !current.isOver else { return }
        over(.rejected, status, ReasonPhrase.standard(for: status))
        drive(.reject(status: status, reason: nil, headers: headers))
    }

    /// The ACK of our 200, with the answer where that 200 carried the offer.
    mutating func acknowledged(_ body: [UInt8]?) {
        guard call?.negotiator.isOffering == true else { return }
        do throws(CallProblem) {
            guard let body else { throw .noDescription }
            order(try accept(body))
        } catch {
            report.reason = error.explanation
            drive(.bye(reason: [ReasonField(protocolName: "SIP", cause: 488, text: error.explanation)]))
        }
    }

    private func warning(_ problem: CallProblem) -> HeaderLines {
        guard let code = problem.warningCode else { return [] }
        let host = settings.local.description
        return [(.warning, WarningField(code: code, agent: host, text: problem.explanation).description)]
    }
}
