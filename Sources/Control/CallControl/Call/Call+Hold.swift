import Billing
import OfferAnswer
import SDP
import SIPDialog
import Timing

/// Re-INVITE of either side: hold, resume, another codec, another address. RFC 3264 §8, RFC 6337 §5.
///
/// What the other side has to know (a direction, the codec in use) is passed on first and answered after it;
/// everything else is answered here.
extension Call {
    func reoffered(_ leg: Leg, _ body: [UInt8]?) {
        leg.provedAlive = engine.now
        guard isTalking, reoffer == nil, move == nil else { return drive(leg, .rejectReinvite(status: 491)) }
        guard let body else { return offerAnew(to: leg) }
        guard let description = try? SessionDescription(parsing: body) else {
            return drive(leg, .rejectReinvite(status: 400))
        }
        do {
            let audio = try AudioOffer(description, codecs: codecs(of: leg.party))
            let other = other(than: leg)
            if let other, try passOn(description, audio, from: leg, to: other) { return }
            try answer(leg, description, with: followed(leg, audio, other: other))
        } catch {
            removeOrReject(leg, description)
        }
    }

    /// Asks the other side first where it would see a difference. False when it would not.
    private func passOn(
        _ description: SessionDescription, _ audio: AudioOffer, from leg: Leg, to other: Leg
    ) throws(NegotiationProblem) -> Bool {
        let wanted = try localMedia(of: other).offer(standingFor: audio)
        let sameDirection = wanted.direction == other.toldDirection
        let sameCodec = other.audio?.sendCodec.map { codec in
            audio.speech.contains { $0.codec.matches(codec.codec) }
        }
        if sameDirection, sameCodec == true { return false }
        let body = try other.negotiator.makeOffer(wanted).serialized()
        reoffer = PendingReoffer(from: leg, description: description, audio: audio)
        drive(other, .reinvite(body: body))
        return true
    }

    /// What to answer `leg` with, given what the other side does.
    private func followed(_ leg: Leg, _ audio: AudioOffer, other: Leg?) throws(NegotiationProblem) -> LocalMedia {
        let local = localMedia(of: leg)
        guard let agreed = other?.audio else { return local }
        return try local.answer(to: audio, after: agreed)
    }

    private func answer(
        _ leg: Leg, _ description: SessionDescription, with local: LocalMedia
    ) throws(NegotiationProblem) {
        let body = try leg.negotiator.answer(to: description, with: local).description.serialized()
        drive(leg, .answerReinvite(body: body))
        applyMedia()
    }

    /// An offer without any stream takes the audio out; one that we cannot use leaves all as it was.
    private func removeOrReject(_ leg: Leg, _ description: SessionDescription) {
        guard !description.media.isEmpty, description.media.allSatisfy({ $0.port == 0 }),
            (try? answer(leg, description, with: localMedia(of: leg))) != nil
        else { return drive(leg, .rejectReinvite(status: 488)) }
    }

    /// A re-INVITE without an offer: ours says what the other side does. RFC 6337 §5.2.
    private func offerAnew(to leg: Leg) {
        let local = localMedia(of: leg)
        let agreed = other(than: leg)?.audio
        guard let wanted = try? agreed.map({ try local.lateOffer(after: $0) }) ?? local,
            let body = try? leg.negotiator.makeOffer(wanted).serialized()
        else { return drive(leg, .rejectReinvite(status: 488)) }
        drive(leg, .answerReinvite(body: body))
    }

    /// The peer has taken its re-INVITE back. What the other side agreed to holds on there, and is told in the
    /// next exchange.
    func reofferCancelled(_ leg: Leg) {
        leg.negotiator.offerRefused()
        if reoffer?.from === leg { reoffer = nil }
    }

    /// The other side's 2xx to what was passed on.
    func reinviteAnswered(_ other: Leg, _ body: [UInt8]?) {
        other.provedAlive = engine.now
        if let body, (try? accept(body, from: other)) != nil {
            finishMove(of: other)
            settleReoffer(after: other)
        } else {
            other.negotiator.offerRefused()
            cancelMove(of: other)
            settleReoffer(after: other)
        }
    }

    /// The other side does not want the change. Glare goes back to whoever asked; else the switch answers alone.
    func reinviteFailed(_ other: Leg, _ status: Int) {
        other.negotiator.offerRefused()
        cancelMove(of: other)
        guard status == 491, let pending = reoffer else { return settleReoffer(after: other) }
        reoffer = nil
        drive(pending.from, .rejectReinvite(status: 491))
    }

    private func settleReoffer(after other: Leg) {
        guard let pending = reoffer else { return applyMedia() }
        reoffer = nil
        do {
            let local = try followed(pending.from, pending.audio, other: other)
            try answer(pending.from, pending.description, with: local)
        } catch {
            drive(pending.from, .rejectReinvite(status: 488))
            applyMedia()
        }
    }

    /// The ACK of a leg; with the answer where our 2xx carried the offer.
    func acknowledged(_ leg: Leg, _ body: [UInt8]?) {
        leg.provedAlive = engine.now
        guard leg.negotiator.isOffering else { return moveIfAmbiguous(leg) }
        let hadAudio = leg.audio != nil
        guard let body, (try? accept(body, from: leg)) != nil else {
            leg.negotiator.offerRefused()
            guard hadAudio else { return release(makeEnding(.failure, by: .ourselves, .bearerNotImplemented)) }
            return
        }
        applyMedia()
        if hadAudio { tellDirection(of: leg) }
    }

    /// After an exchange that the other side had no part in: it hears of a hold or a resumption.
    private func tellDirection(of leg: Leg) {
        guard isTalking, reoffer == nil, move == nil, let other = other(than: leg), let audio = leg.audio,
            audio.remoteDirection != other.toldDirection
        else { return }
        var wanted = localMedia(of: other)
        wanted.direction = audio.remoteDirection
        guard let body = try? other.negotiator.makeOffer(wanted).serialized() else { return }
        drive(other, .reinvite(body: body))
    }

    /// Adds up how long the call has been on hold.
    func noteHold() {
        if isHeld, isTalking {
            if heldSince == nil { heldSince = engine.now }
        } else if let since = heldSince {
            let span = UInt32(clamping: (engine.now - since).wholeMilliseconds)
            for leg in [caller, winner].compactMap({ $0 }) { leg.record.times.holdMilliseconds &+= span }
            heldSince = nil
        }
    }
}

extension Leg {
    /// The direction that our last description told this peer, from our own view.
    var toldDirection: MediaDirection? {
        guard let description = negotiator.localDescription,
            let section = description.media.first(where: { $0.kind == .audio && $0.port != 0 })
        else { return nil }
        return description.direction(of: section)
    }
}
