import Billing
import SIPDialog
import SIPMessage

extension Call {
    /// The caller's CANCEL, for which 487 has been sent. Wins also while the answer waits for its record: the called
    /// side gets BYE, talk is 0.
    func cancelledByCaller(_ reasons: [ReasonField]) {
        guard !isReleasing, !isTalking else { return }
        let told = reasons.hangupCause
        caller.record.outcome.sipStatus = 487
        caller.record.outcome.disposition = .cancelled
        caller.state = .ended
        finish(makeEnding(.cancel, by: .caller, told ?? .normalClearing, told == nil ? .mapped : .received))
    }
}
