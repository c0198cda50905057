import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

extension [InviteSession.Effect] {
    var sent: [(request: SIPRequest, key: RequestKey, hop: NextHop)] {
        compactMap { if case .send(let request, let key, let hop) = $0 { (request, key, hop) } else { nil } }
    }

    var acks: [(request: SIPRequest, hop: NextHop)] {
        compactMap { if case .sendAck(let request, let hop) = $0 { (request, hop) } else { nil } }
    }

    var responses: [SIPResponse] {
        compactMap { if case .respond(_, let response) = $0 { response } else { nil } }
    }

    /// The effects by name, without what they carry: an order to compare.
    var names: [String] { map(\.name) }

    /// As `names`, but without timers.
    var story: [String] { names.filter { !$0.hasPrefix("arm") && !$0.hasPrefix("disarm") } }

    func span(of timer: SessionTimer) -> TimeSpan? {
        compactMap { if case .arm(timer, let span) = $0 { span } else { nil } }.last
    }
}

extension InviteSession.Effect {
    var name: String {
        switch self {
        case .send(let request, _, _): "send \(request.method.name)"
        case .sendCancel: "send CANCEL"
        case .sendAck: "send ACK"
        case .respond(_, let response): "respond \(response.status)"
        case .resend2xx: "resend 2xx"
        case .arm(let timer, _): "arm \(timer)"
        case .disarm(let timer): "disarm \(timer)"
        case .progress(let response, _): "progress \(response.status)"
        case .answered: "answered"
        case .failed(let failure): "failed \(failure.status)"
        case .redirected: "redirected"
        case .reoffered: "reoffered"
        case .reofferCancelled: "reofferCancelled"
        case .reinviteAnswered: "reinviteAnswered"
        case .reinviteFailed(let status): "reinviteFailed \(status)"
        case .acknowledged: "acknowledged"
        case .ackTimeout: "ackTimeout"
        case .cancelledByPeer: "cancelledByPeer"
        case .ended(let cause): "ended \(cause.name)"
        case .request(let request, _): "request \(request.method.name)"
        case .requestAnswered(let method, let response): "answered \(method.name) \(response.status)"
        case .terminated: "terminated"
        }
    }
}

extension EndCause {
    var name: String {
        switch self {
        case .remote: "remote"
        case .local: "local"
        case .ackTimeout: "ackTimeout"
        case .dialogLost(let status): "lost \(status)"
        }
    }
}
