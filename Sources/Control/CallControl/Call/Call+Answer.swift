import Billing
import OfferAnswer
import Routing
import SDP
import SIPDialog
import SIPMessage
import SwitchConfig
import Timing

/// The called side answers: media, records, and only then the caller's 200.
extension Call {
    func answered(_ leg: Leg, _ response: SIPResponse, _ body: [UInt8]?) {
        guard case .hunting = phase else { return drive(leg, .bye(reason: Self.elsewhere)) }
        leg.state = .answered
        leg.provedAlive = engine.now
        leg.record.parties.toTag = response.to?.tag
        leg.record.outcome.sipStatus = UInt16(response.status)
        if let trunk = leg.party.trunk { engine.health.answered(trunk) }
        do {
            if let body { try accept(body, from: leg) }
            guard let audio = leg.audio else { throw NegotiationProblem.noAudio }
            if let remote = audio.remoteRTP { engine.mediaMemory.note(remote, of: leg.party) }
            try answerCaller(after: leg)
        } catch {
            return unusableAnswer(leg)
        }
        winner = leg
        targets = []
        disarm(.noAnswer)
        for loser in callees where loser !== leg { drop(loser, .elsewhere) }
        callees = callees.filter { $0 === leg || !$0.isTerminated }
        applyMedia()
        commit([caller, leg])
    }

    /// Echo and milliwatt: we are the called side.
    func answerByApplication() {
        do {
            let local = localMedia(of: caller)
            if let description = offer.description {
                callerAnswer = try caller.negotiator.answer(to: description, with: local).description.serialized()
            } else {
                callerAnswer = try caller.negotiator.makeOffer(local).serialized()
            }
        } catch {
            return refuseMedia(error)
        }
        applyMedia()
        commit([caller])
    }

    /// A 2xx whose description cannot be used: the leg ends, the call goes on looking.
    private func unusableAnswer(_ leg: Leg) {
        let failure = AttemptFailure(status: 488, cause: .bearerNotImplemented, source: .local)
        leg.record.outcome.disposition = .failed
        leg.state = .ended
        close(leg, failure, .failure)
        drive(leg, .bye(reason: [ReasonField(protocolName: "Q.850", cause: Int(failure.cause.rawValue))]))
        failures.consider(failure)
        ringNext()
    }

    /// Design rule: the rows are on disk before the caller hears of the answer.
    private func commit(_ legs: [Leg]) {
        phase = .committing(waiting: Set(legs.map(\.address.leg)))
        arm(.commit, after: .milliseconds(engine.configuration.billing.commitTimeoutMilliseconds))
        for leg in legs {
            leg.record.state = .open
            leg.record.times.answer = engine.wall
            noteRing(leg)
            noteMedia(leg)
            engine.emit(.ledger(.open(leg.record, token: token(of: leg))))
        }
    }

    /// A leg's row is on disk.
    func committed(_ leg: UInt16) {
        guard case .committing(var waiting) = phase else { return }
        waiting.remove(leg)
        phase = .committing(waiting: waiting)
        if waiting.isEmpty { connect() }
    }

    /// The row is not on disk in time: `billing.no_record` decides. Emergency calls go on.
    func notCommitted() {
        guard case .committing = phase else { return }
        guard engine.configuration.billing.noRecord == .reject, !isEmergency else {
            engine.log(.error, "call \(id) goes on without its record on disk")
            return connect()
        }
        engine.log(.error, "call \(id) refused: its record is not on disk")
        refuse(503, .temporaryFailure, reason: .noRecord)
    }

    /// 200 to the caller: talk time begins.
    private func connect() {
        disarm(.commit)
        phase = .talking(since: engine.now)
        engine.counts.answered += 1
        for leg in [caller, winner].compactMap({ $0 }) { leg.record.times.answer = engine.wall }
        caller.state = .answered
        caller.record.outcome.sipStatus = 200
        startWatch()
        drive(caller, .accept(body: callerAnswer, headers: [(.allow, CallEngine.allow)]))
        if let winner { moveIfAmbiguous(winner) }
    }

    private func noteRing(_ leg: Leg) {
        if let progress = leg.record.times.progress {
            leg.record.times.ringMilliseconds = milliseconds(since: progress)
        }
    }

    /// For the branches that another one has beaten.
    static let elsewhere = [ReasonField(protocolName: "SIP", cause: 200, text: "Call completed elsewhere")]
}
