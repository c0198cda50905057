/// A Q.850 cause value, 1...127, with its translation to and from SIP.
///
/// RFC 3398 §7.2.4.1 (cause to status) and §8.2.6.1 (status to cause); RFC 6432 carries the value in a Reason field.
package struct HangupCause: Hashable, Sendable, RawRepresentable {
    package let rawValue: UInt8

    /// Nil outside 1...127.
    package init?(rawValue: UInt8) {
        guard (1...127).contains(rawValue) else { return nil }
        self.rawValue = rawValue
    }

    private init(known value: UInt8) { rawValue = value }

    package static let unallocatedNumber = HangupCause(known: 1)
    package static let normalClearing = HangupCause(known: 16)
    package static let userBusy = HangupCause(known: 17)
    package static let noUserResponding = HangupCause(known: 18)
    package static let noAnswer = HangupCause(known: 19)
    package static let callRejected = HangupCause(known: 21)
    package static let routingError = HangupCause(known: 25)
    package static let answeredElsewhere = HangupCause(known: 26)
    package static let destinationOutOfOrder = HangupCause(known: 27)
    package static let normalUnspecified = HangupCause(known: 31)
    package static let noCircuitAvailable = HangupCause(known: 34)
    package static let networkOutOfOrder = HangupCause(known: 38)
    package static let temporaryFailure = HangupCause(known: 41)
    package static let congestion = HangupCause(known: 42)
    package static let resourceUnavailable = HangupCause(known: 47)
    package static let bearerNotImplemented = HangupCause(known: 65)
    package static let recoveryOnTimerExpiry = HangupCause(known: 102)
    package static let interworking = HangupCause(known: 127)
}

extension HangupCause {
    /// The status that refuses an INVITE for this cause.
    ///
    /// The RFC gives cause 16 no status, since it stands for BYE or CANCEL; where a final response is needed
    /// nevertheless, 480 says that the called side is not to be had. Causes without a row are 500.
    package var sipStatus: Int {
        switch rawValue {
        case 1, 2, 3, 26: 404
        case 16, 19, 20, 31: 480
        case 17: 486
        case 18: 408
        case 21, 55, 57, 87: 403
        case 22, 23: 410
        case 27: 502
        case 28: 484
        case 29, 79: 501
        case 34, 38, 41, 42, 47, 58, 88: 503
        case 65, 70: 488
        case 102: 504
        default: 500
        }
    }

    /// The cause for a final response. Statuses that the RFC leaves out are 31.
    ///
    /// 487 has no row: it answers a CANCEL, which is normal clearing. 488 depends on Warning in the RFC; without one it
    /// is a bearer that cannot be had, 65, the inverse of the other table. The 2xx class stands for the BYE after it.
    package init(sipStatus status: Int) {
        switch status {
        case 200...299, 487: self = .normalClearing
        case 404, 485, 604: self = .unallocatedNumber
        case 486, 600: self = .userBusy
        case 480: self = .noUserResponding
        case 401, 402, 403, 407, 603, 607, 608: self = .callRejected
        case 410: self.init(known: 22)
        case 482, 483: self = .routingError
        case 484: self.init(known: 28)
        case 400, 481, 500, 503: self = .temporaryFailure
        case 405: self.init(known: 63)
        case 406, 415, 501: self.init(known: 79)
        case 488, 606: self = .bearerNotImplemented
        case 502: self = .networkOutOfOrder
        case 408, 504: self = .recoveryOnTimerExpiry
        case 413, 414, 416, 420, 421, 423, 505, 513: self = .interworking
        default: self = .normalUnspecified
        }
    }
}
