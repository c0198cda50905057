import Billing
import SIPMessage
import Timing

/// How and when a call came to its end.
struct Ending {
    var reason: CloseReason
    var releasedBy: ReleasedBy
    var cause: HangupCause
    var source: CauseSource
    /// The moment that counts for the bill, and its wall time.
    var at: MonotonicInstant
    var wall: WallInstant
    /// False: talk is recorded and not billed.
    var isBillable = true

    /// What the other side is told. RFC 3326, RFC 6432.
    var reasons: [ReasonField] {
        [ReasonField(protocolName: "Q.850", cause: Int(cause.rawValue))]
    }
}

extension [ReasonField] {
    /// The first Q.850 value in the range of a cause.
    var hangupCause: HangupCause? {
        first(where: \.isQ850)?.cause.flatMap { UInt8(exactly: $0) }.flatMap(HangupCause.init(rawValue:))
    }
}
