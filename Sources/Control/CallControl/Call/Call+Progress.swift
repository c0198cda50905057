import Billing
import OfferAnswer
import SDP
import SIPDialog
import SIPMessage
import Timing

/// 18x of the called side, passed on to the caller with its early media.
extension Call {
    func progressed(_ leg: Leg, _ response: SIPResponse, _ body: [UInt8]?) {
        guard case .hunting = phase else { return }
        leg.provedAlive = engine.now
        if response.status == 180 || response.status == 183 { leg.state = .ringing }
        noteProgress(leg)
        let description = early(leg, body)
        guard description != nil || response.status != progressTold else { return }
        progressTold = response.status
        drive(caller, .progress(status: response.status, reason: nil, body: description, headers: []))
    }

    /// The first branch that brings early media is the one that the caller hears.
    /// - Returns: the description for the caller, the first time.
    private func early(_ leg: Leg, _ body: [UInt8]?) -> [UInt8]? {
        guard let body, earlyLeg == nil || earlyLeg === leg, offer.audio != nil,
            (try? accept(body, from: leg)) != nil
        else { return nil }
        let isFirst = callerAnswer == nil
        guard (try? answerCaller(after: leg)) != nil else { return nil }
        earlyLeg = leg
        for leg in [caller, leg] where leg.record.times.earlyMedia == nil { leg.record.times.earlyMedia = engine.wall }
        applyMedia()
        return isFirst ? callerAnswer : nil
    }

    private func noteProgress(_ leg: Leg) {
        for leg in [caller, leg] where leg.record.times.progress == nil {
            leg.record.times.progress = engine.wall
            leg.record.times.postDialMilliseconds = milliseconds(since: leg.record.times.invite)
        }
    }

    func milliseconds(since start: WallInstant) -> UInt32 {
        UInt32(clamping: (engine.wall - start).wholeMilliseconds)
    }

    /// Reads a description that answers our offer to `leg`.
    func accept(_ body: [UInt8], from leg: Leg) throws {
        let description = try SessionDescription(parsing: body)
        _ = try leg.negotiator.accept(answer: description)
    }

    /// Makes the caller's answer once the called side's is known. Later answers of other branches do not change
    /// it: the media plane converts.
    func answerCaller(after leg: Leg) throws(NegotiationProblem) {
        guard callerAnswer == nil, let audio = leg.audio else { return }
        let local = localMedia(of: caller)
        if let description = offer.description, let theirs = offer.audio {
            let wanted = try local.answer(to: theirs, after: audio)
            callerAnswer = try caller.negotiator.answer(to: description, with: wanted).description.serialized()
        } else {
            callerAnswer = try caller.negotiator.makeOffer(local.lateOffer(after: audio)).serialized()
        }
    }
}
