/// The outcome of a leg in one word.
package enum Disposition: String, CaseIterable, Sendable {
    case answered
    case busy
    case cancelled
    case noAnswer = "no_answer"
    /// Refused by a person or by policy: 401, 403, 407, 603 and the like.
    case rejected
    /// Any other end without an answer.
    case failed

    /// The outcome that a final response to INVITE stands for. RFC 3261 §21.
    /// - Parameter status: 200...699; anything outside counts as a failure.
    package init(finalStatus status: Int) {
        switch status {
        case 200...299: self = .answered
        case 486, 600: self = .busy
        case 487: self = .cancelled
        case 408, 480: self = .noAnswer
        case 401, 402, 403, 407, 433, 603, 607, 608: self = .rejected
        default: self = .failed
        }
    }
}
