import Billing
import MediaControl
import Registrar
import SIPDialog
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// What comes to the engine from its clock, its ledger and the media plane.
extension CallEngine {
    func deadlineCame() {
        withLayer { $0.fire(now: now, into: &$1) }
        while let timer = deadlines.popDue(now: now) { came(timer) }
        let changes = location.expire(now: now)
        if !changes.isEmpty { emit(.bindings(changes, token: nil)) }
    }

    private func came(_ timer: EngineTimer) {
        switch timer {
        case .session(let address, let name):
            guard let (call, leg) = find(address) else { return }
            call.drive(leg, .timer(name))
        case .call(let number, let name):
            guard let call = calls[number] else { return }
            came(name, in: call)
        case .trunk(let name): registrationDue(name)
        case .registration(let number): registrationNotCommitted(number)
        case .drained: drainIsDue()
        }
    }

    private func came(_ timer: CallTimer, in call: Call) {
        switch timer {
        case .noAnswer: call.noAnswer()
        case .commit: call.notCommitted()
        case .media: call.applyMedia()
        case .watch: call.watchCame()
        case .longest: call.longestCame()
        case .counters: call.finalCountersCame(false)
        }
    }

    func ledgerTold(_ event: LedgerEvent) {
        let token: LedgerToken
        var problem: LedgerFailure?
        switch event {
        case .committed(let told): token = told
        case .failed(let told, let failure):
            token = told
            problem = failure
        }
        guard !registrationTold(token, problem) else { return }
        guard let call = calls[UInt32(truncatingIfNeeded: token.rawValue >> 16)] else { return }
        let leg = UInt16(truncatingIfNeeded: token.rawValue)
        guard let problem else { return call.committed(leg) }
        log(.error, "call \(call.id): record not written: \(problem.rawValue)")
        call.notCommitted()
    }

    func mediaTold(_ event: MediaEvent) {
        let call = callsBySlot[event.context.slot].flatMap { calls[$0] }
        guard let call, call.context?.id == event.context else {
            // The call did not wait for it any longer: the slot and its ports are free now.
            if event.notice == .subtracted { media.acknowledge(event.context, now: now) }
            return
        }
        switch event.notice {
        case .subtracted: call.finalCountersCame(true)
        case .refused:
            log(.error, "call \(call.id): the media plane refused a command")
            call.mediaRefused()
        case .ambiguous:
            log(.notice, "call \(call.id): media of side \(event.side) could belong to several calls")
            call.mediaIsAmbiguous(event.side)
        case .started, .rebound, .digit, .port, .stopped: break
        }
    }
}

extension Call {
    /// The media plane does not know the context: nothing can be heard, so the call ends.
    func mediaRefused() {
        guard !isReleasing else { return finalCountersCame(true) }
        release(makeEnding(.failure, by: .ourselves, .temporaryFailure))
    }
}
