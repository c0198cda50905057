import OfferAnswer
import SDP

/// Why a body is no offer or answer for us.
enum CallProblem: Error, Equatable, Sendable {
    case noDescription
    case syntax(SDPProblem)
    case negotiation(NegotiationProblem)

    var status: Int {
        switch self {
        case .noDescription: 400
        case .syntax(let problem): problem.status
        case .negotiation(let problem): problem.status
        }
    }

    var warningCode: Int? {
        switch self {
        case .noDescription, .syntax: nil
        case .negotiation(let problem): problem.warningCode
        }
    }

    var explanation: String {
        switch self {
        case .noDescription: "No session description"
        case .syntax: "Session description not understood"
        case .negotiation(let problem): problem.explanation
        }
    }
}
