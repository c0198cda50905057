import OfferAnswer
import SDP
import SIPDialog
import SIPTransaction
import Timing

/// Offers, answers and what they mean for the termination.
extension Softphone {
    mutating func makeNegotiator() -> MediaNegotiator {
        // 62 bits: RFC 3264 §5 wants a number that fits 63.
        MediaNegotiator(sessionID: tokens.next() >> 2)
    }

    /// Our media as we wish it now.
    private var wish: LocalMedia {
        var media = settings.media
        media.direction = call?.direction ?? .sendrecv
        return media
    }

    mutating func accept(_ body: [UInt8]) throws(CallProblem) -> NegotiatedAudio {
        let description = try read(body)
        do throws(NegotiationProblem) {
            guard let audio = try call?.negotiator.accept(answer: description) else { throw .noOffer }
            return audio
        } catch {
            throw .negotiation(error)
        }
    }

    mutating func answer(
        _ body: [UInt8]
    ) throws(CallProblem) -> (description: SessionDescription, audio: NegotiatedAudio) {
        let description = try read(body)
        let wish = wish
        do throws(NegotiationProblem) {
            guard let result = try call?.negotiator.answer(to: description, with: wish, order: settings.codecOrder)
            else { throw .noOffer }
            return result
        } catch {
            throw .negotiation(error)
        }
    }

    private func read(_ body: [UInt8]) throws(CallProblem) -> SessionDescription {
        do { return try SessionDescription(parsing: body) } catch { throw .syntax(error) }
    }

    /// Tells the media plane what holds now.
    mutating func order(_ audio: NegotiatedAudio) {
        if let codec = audio.sendCodec { report.codec = codec.codec.name }
        if audio.isHeldByPeer, call?.isHeldByPeer == false { report.heldByPeer += 1 }
        if audio.isHeldByPeer != call?.isHeldByPeer { note(.heldByPeer(audio.isHeldByPeer)) }
        call?.isHeldByPeer = audio.isHeldByPeer
        effects.append(.media(call?.hasMedia == true ? .change(audio) : .open(audio)))
        call?.hasMedia = true
    }

    /// The peer's re-INVITE. RFC 3261 §14.2.
    ///
    /// It comes while our own waits out a glare only; that one is overruled (RFC 3261 §14.1).
    mutating func reoffered(_ body: [UInt8]?) {
        call?.negotiator.offerRefused()
        guard let body else {
            let wish = wish
            guard let offer = try? call?.negotiator.makeOffer(wish) else { return drive(.rejectReinvite(status: 491)) }
            return drive(.answerReinvite(body: offer.serialized()))
        }
        do {
            let result = try answer(body)
            drive(.answerReinvite(body: result.description.serialized()))
            order(result.audio)
        } catch {
            drive(.rejectReinvite(status: error.status))
        }
    }

    /// Our hold or resume: a re-INVITE with the direction changed. RFC 3264 §8.4.
    mutating func changeDirection(_ direction: MediaDirection) {
        guard let current = call, current.isTalking, current.direction != direction, !current.isReinviting else {
            return
        }
        call?.direction = direction
        let wish = wish
        guard let offer = try? call?.negotiator.makeOffer(wish) else {
            call?.direction = current.direction
            return note(.holdRefused(status: 491))
        }
        call?.isReinviting = true
        drive(.reinvite(body: offer.serialized()))
    }

    mutating func reinviteAnswered(_ body: [UInt8]?) {
        call?.isReinviting = false
        do throws(CallProblem) {
            guard let body else { throw .noDescription }
            order(try accept(body))
            let isHeld = call?.direction == .sendonly
            if isHeld { report.holds += 1 }
            note(isHeld ? .held : .resumed)
        } catch {
            call?.negotiator.offerRefused()
            drive(.bye(reason: []))
        }
    }

    mutating func reinviteFailed(_ status: Int) {
        call?.isReinviting = false
        call?.negotiator.offerRefused()
        let isHold = call?.direction == .sendonly
        call?.direction = isHold ? .sendrecv : .sendonly
        guard status == 491, let tries = call?.glares, tries < PhoneCall.glareLimit else {
            return note(.holdRefused(status: status))
        }
        call?.glares += 1
        arm(isHold ? .hold : .resume, after: .milliseconds(500))
    }
}
