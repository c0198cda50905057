import Billing
import SIPDialog
import SIPMessage
import SIPTransaction
import SwitchConfig
import Timing

/// What keeps a running call honest: interim records, proofs of life, silence, the longest talk.
extension Call {
    func startWatch() {
        let billing = engine.configuration.billing
        if billing.maxTalkSeconds > 0 { arm(.longest, after: .seconds(billing.maxTalkSeconds)) }
        nextInterim = engine.now + .seconds(billing.interimSeconds)
        quietSince = engine.now
        for leg in [caller, winner].compactMap({ $0 }) { leg.provedAlive = engine.now }
        armWatch()
    }

    /// Something is due: see what, and when the next is.
    func watchCame() {
        guard isTalking else { return }
        noteCounters()
        if nextInterim <= engine.now { interim() }
        guard !isSilentTooLong else {
            engine.log(.notice, "call \(id) ended: no media for \(engine.configuration.media.inactivitySeconds) s")
            return release(makeEnding(.inactivity, by: .ourselves, .recoveryOnTimerExpiry))
        }
        askForLife()
        if isTalking { armWatch() }
    }

    func longestCame() {
        guard isTalking else { return }
        engine.log(.notice, "call \(id) ended: longest talk reached")
        release(makeEnding(.limit, by: .ourselves, .recoveryOnTimerExpiry))
    }

    private func armWatch() {
        var next = nextInterim
        if let quiet = quietDeadline { next = min(next, quiet) }
        for leg in [caller, winner].compactMap({ $0 }) {
            if let due = lifeDeadline(leg) { next = min(next, due) }
        }
        // Never at once again: what is due now has been seen to.
        engine.deadlines.arm(.call(number, .watch), at: max(next, engine.now + .seconds(1)))
    }

    private func interim() {
        nextInterim = engine.now + .seconds(engine.configuration.billing.interimSeconds)
        for leg in [caller, winner].compactMap({ $0 }) {
            leg.record.state = .interim
            leg.record.partialNumber += 1
            if case .talking(let since) = phase {
                leg.record.times.talkNanoseconds = (engine.now - since).nanoseconds
            }
            write(.interim(leg.record))
        }
    }

    /// When silence of both sides will have lasted too long; nil on hold.
    private var quietDeadline: MonotonicInstant? {
        let seconds = engine.configuration.media.inactivitySeconds
        guard seconds > 0, !isHeld else { return nil }
        return lastSound + .seconds(seconds)
    }

    private var isSilentTooLong: Bool { quietDeadline.map { $0 <= engine.now } ?? false }

    /// When either side was heard last. Time on hold does not count as silence.
    private var lastSound: MonotonicInstant {
        if isHeld { quietSince = engine.now }
        return [lastMedia(of: caller), winner.flatMap { lastMedia(of: $0) }].compactMap { $0 }
            .reduce(quietSince) { max($0, $1) }
    }

    private func lifeDeadline(_ leg: Leg) -> MonotonicInstant? {
        let seconds = engine.configuration.sip.keepAliveSeconds
        guard seconds > 0 else { return nil }
        return max(leg.provedAlive, lastMedia(of: leg) ?? .start, leg.askedForLife) + .seconds(seconds)
    }

    /// OPTIONS in the dialog to each side that sends no media. 408 and 481 end the call at the last proof of life.
    private func askForLife() {
        if isHeld { quietSince = engine.now }
        for leg in [caller, winner].compactMap({ $0 }) {
            guard let due = lifeDeadline(leg), due <= engine.now else { continue }
            leg.askedForLife = engine.now
            drive(leg, .request(method: .options, headers: [], body: [], contentType: nil))
        }
    }
}
