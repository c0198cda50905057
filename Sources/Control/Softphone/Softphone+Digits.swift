import OfferAnswer
import SIPTransaction
import Timing

/// RFC 4733 digits, one after the other.
extension Softphone {
    mutating func queue(_ digits: [DTMFDigit]) {
        guard call?.isTalking == true else { return }
        let isQuiet = call?.digits.isEmpty == true && !deadlines.isArmed(.digit)
        call?.digits.append(contentsOf: digits)
        if isQuiet { sendNextDigit() }
    }

    /// Orders the next digit and waits for its end and the gap behind it.
    mutating func sendNextDigit() {
        guard call?.isTalking == true, let digit = call?.digits.popFirst() else { return }
        let plan = settings.plan
        switch digit {
        case .pause: arm(.digit, after: .milliseconds(500))
        case .event(let event):
            if let agreed = call?.negotiator.agreed, agreed.telephoneEvent != nil, agreed.remoteEvents.contains(event) {
                let length = UInt16(clamping: plan.digitLength.wholeMilliseconds)
                effects.append(.media(.digit(event: event, milliseconds: length)))
                if let symbol = DTMFDigit.symbol(of: event) {
                    report.digitsSent.append(symbol)
                    note(.digitSent(symbol))
                }
            }
            arm(.digit, after: plan.digitLength + plan.digitGap)
        }
    }

    mutating func received(digit event: UInt8) {
        guard call != nil, let symbol = DTMFDigit.symbol(of: event), report.digitsReceived.utf8.count < 1_024 else {
            return
        }
        report.digitsReceived.append(symbol)
        note(.digitReceived(symbol))
    }
}
