import Billing
import SIPMessage

/// A final response to one of our INVITEs, reduced to what the caller is told.
struct AttemptFailure {
    let status: Int
    let cause: HangupCause
    let source: CauseSource
    let retryAfter: UInt32?

    init(status: Int, cause: HangupCause, source: CauseSource, retryAfter: UInt32? = nil) {
        self.status = status
        self.cause = cause
        self.source = source
        self.retryAfter = retryAfter
    }

    /// The peer's own Q.850 value where its Reason has one, else the table's. RFC 6432.
    init(_ response: SIPResponse) {
        let told = response.reasons.first(where: \.isQ850)?.cause
            .flatMap { UInt8(exactly: $0) }.flatMap(HangupCause.init(rawValue:))
        self.init(
            status: response.status, cause: told ?? HangupCause(sipStatus: response.status),
            source: told == nil ? .mapped : .received, retryAfter: response.retryAfter)
    }
}

/// Which of several failed attempts speaks for all. RFC 3261 §16.7 step 6.
struct FailureChoice {
    private(set) var best: AttemptFailure?

    mutating func consider(_ failure: AttemptFailure) {
        guard let current = best, Self.rank(current.status) <= Self.rank(failure.status) else {
            best = failure
            return
        }
    }

    /// Lower is better: a global refusal, then a person's answer, then other client errors, then the network's.
    private static func rank(_ status: Int) -> Int {
        switch status {
        case 600...699: 0
        case 486: 1
        case 300...407, 409...479, 481...485, 488...499: 2
        case 480: 3
        case 408, 487: 5
        default: 4
        }
    }

    /// What the caller gets. A challenge is not the caller's to answer, since the password asked for is ours; a
    /// redirection that led nowhere is no address of the caller's either.
    static func statusForCaller(_ status: Int) -> Int {
        switch status {
        case 401, 407: 502
        case 300...399, 482, 483: 480
        default: status
        }
    }
}
