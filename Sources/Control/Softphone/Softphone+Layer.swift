import Octets
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// Between the phone and its transaction layer.
extension Softphone {
    mutating func withLayer(_ body: (inout TransactionLayer, MonotonicInstant, inout [LayerEffect]) -> Void) {
        var told: [LayerEffect] = []
        body(&layer, now, &told)
        for effect in told { perform(effect) }
    }

    private mutating func perform(_ effect: LayerEffect) {
        switch effect {
        case .send(let octets, let hop): effects.append(.send(octets, hop))
        case .request(let request, let id, let hop): received(request, id, from: hop)
        case .ack(let request, let hop):
            if owns(request) { drive(.ack(request, hop)) }
        case .cancel(let request, let id, let invite):
            if invite != nil, call != nil {
                drive(.cancelled(request, id))
            } else {
                respond(id, to: request, status: 481)
            }
        case .response(let response, let id, let hop): received(response, id, from: hop)
        case .failed(let id, let failure): failed(id, failure)
        case .serverTimeout, .overload: break
        case .stray2xx(let response, let hop):
            guard let call, response.callID == call.session.callID, let key = call.lastInvite else { return }
            drive(.response(response, key, hop))
        }
    }

    private mutating func received(_ response: SIPResponse, _ id: ClientTransactionID, from hop: Hop) {
        guard let client = clients[id] else { return }
        let isInvite = response.cseq?.method == .invite
        // The 2xx to an INVITE may come again.
        if response.isFinal, !isInvite { clients[id] = nil }
        switch client {
        case .session(let key):
            if isInvite { note(status: response) }
            drive(.response(response, key, hop))
        case .registration:
            if response.isFinal { report.registerCode = response.status }
            drive(registration: .response(response))
        }
    }

    private mutating func failed(_ id: ClientTransactionID, _ failure: TransactionFailure) {
        guard let client = clients.removeValue(forKey: id) else { return }
        switch client {
        case .session(let key): drive(.failed(key, failure))
        case .registration: drive(registration: .failed(failure))
        }
    }

    /// Sends a request; nil where its destination is no address.
    @discardableResult
    mutating func send(_ request: SIPRequest, to next: NextHop, for client: Client) -> ClientTransactionID? {
        guard let hop = hop(for: next) else { return nil }
        var started: ClientTransactionID?
        var told: [LayerEffect] = []
        started = layer.start(request, to: hop, now: now, into: &told)
        if let started { clients[started] = client }
        for effect in told { perform(effect) }
        return started
    }

    mutating func respond(_ id: ServerTransactionID, _ response: SIPResponse) {
        withLayer { $0.respond(id, response, now: $1, into: &$2) }
    }

    mutating func respond(
        _ id: ServerTransactionID, to request: SIPRequest, status: Int, headers: HeaderLines = []
    ) {
        var response = SIPResponse(to: request, status: status, toTag: tokens.nextText())
        for header in headers { response.fields.append(header.name, header.value) }
        respond(id, response)
    }

    /// Numbers are gone to directly, anything else by the outbound address. RFC 3263 §4 without its look-ups.
    func hop(for next: NextHop) -> Hop? {
        switch next {
        case .hop(let hop): return hop
        case .uri(let uri):
            guard let address = InetAddress(text: uri.host) else { return outboundHop }
            return makeHop(InetEndpoint(address: address, port: uri.port ?? settings.transport.defaultPort))
        }
    }

    var outboundHop: Hop? { settings.outbound.map(makeHop) }

    private func makeHop(_ remote: InetEndpoint) -> Hop {
        Hop(transport: settings.transport, remote: remote, local: settings.local)
    }

    private func owns(_ request: SIPRequest) -> Bool {
        call?.session.key == DialogKey(of: request)
    }
}
