import Billing
import MediaControl
import SIPDialog
import SIPMessage
import SwitchConfig
import Tables
import Timing

/// The end of a call, whoever wants it.
extension Call {
    func makeEnding(
        _ reason: CloseReason, by releasedBy: ReleasedBy, _ cause: HangupCause, _ source: CauseSource = .local
    ) -> Ending {
        Ending(
            reason: reason, releasedBy: releasedBy, cause: cause, source: source, at: engine.now, wall: engine.wall)
    }

    /// An answered leg is over.
    func ended(_ leg: Leg, _ cause: EndCause) {
        leg.state = .ended
        guard leg === caller || leg === winner else { return close(late: leg) }
        guard !isReleasing else { return }
        let side: ReleasedBy = leg === caller ? .caller : .callee
        switch cause {
        case .local:
            break
        case .remote(let reasons):
            let told = reasons.hangupCause
            release(makeEnding(.hangup, by: side, told ?? .normalClearing, told == nil ? .mapped : .received))
        case .ackTimeout:
            var ending = makeEnding(.noACK, by: .ourselves, .recoveryOnTimerExpiry)
            ending.isBillable = false
            release(ending)
        case .dialogLost(let status):
            engine.log(.notice, "call \(id): leg \(leg.address.leg) is gone (\(status))")
            release(lostEnding(leg))
        }
    }

    /// The bill ends where the peer was last alive.
    private func lostEnding(_ leg: Leg) -> Ending {
        var ending = makeEnding(.peerLost, by: .ourselves, .destinationOutOfOrder)
        let proof = max(leg.provedAlive, lastMedia(of: leg) ?? .start)
        if proof < ending.at {
            ending.wall = ending.wall - (ending.at - proof)
            ending.at = proof
        }
        return ending
    }

    /// By whoever: the call has been answered, at least by the called side.
    func release(_ ending: Ending) {
        guard !isReleasing else { return }
        guard caller.state != .answered, caller.state != .ended else { return finish(ending) }
        // The called side is gone before the caller has heard of its answer.
        refuse(480, ending.cause, source: ending.source, reason: ending.reason)
    }

    /// Ends everything. `farewell` is what the caller is told, where that is not BYE.
    func finish(_ ending: Ending, farewell: ((Call) -> Void)? = nil) {
        let talk = talkTime(until: ending.at)
        phase = .releasing
        for timer in [CallTimer.noAnswer, .commit, .watch, .longest, .media] { disarm(timer) }
        targets = []
        reoffer = nil
        finishRecords(ending, talk: talk)
        let partners = callees
        if let farewell {
            farewell(self)
        } else if caller.state == .answered {
            caller.state = .ended
            drive(caller, .bye(reason: ending.reasons))
        }
        for leg in partners { drop(leg, .callerGone(ending)) }
        closeMedia()
        finishIfDone()
    }

    private func talkTime(until end: MonotonicInstant) -> TimeSpan? {
        guard case .talking(let since) = phase else { return nil }
        return end > since ? end - since : .zero
    }

    /// Ends the media; its final counters are waited for if it ever ran.
    private func closeMedia() {
        guard let context else { return writeClosing() }
        engine.media.subtract(context.id, now: engine.now)
        guard isMediaLive else {
            forgetContext()
            return writeClosing()
        }
        arm(.counters, after: .milliseconds(500))
    }

    /// The media plane has ended the context, or has had its time to.
    func finalCountersCame(_ isFinal: Bool) {
        guard let context else { return }
        noteCounters()
        disarm(.counters)
        writeClosing()
        if isFinal {
            engine.media.acknowledge(context.id, now: engine.now)
            forgetContext()
        }
        finishIfDone()
    }

    private func forgetContext() {
        guard let context else { return }
        engine.callsBySlot[context.id.slot] = nil
        self.context = nil
    }

    /// Leaves the engine when nothing more can come.
    func finishIfDone() {
        guard isReleasing, caller.isTerminated, caller.isRecorded,
            callees.allSatisfy({ $0.isTerminated && $0.isRecorded })
        else { return }
        engine.remove(self)
    }
}

extension CallEngine {
    func remove(_ call: Call) {
        guard calls.removeValue(forKey: call.number) != nil else { return }
        if let context = call.context { callsBySlot[context.id.slot] = nil }
        limits.ended()
        for party in call.joined { limits.left(party) }
        if phase != .running, calls.isEmpty { finishDrain() }
    }
}
