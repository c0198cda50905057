import Octets
import SIPDialog
import SIPMessage
import SIPTransaction
import Tables

/// What waits for a name's addresses.
enum Resolution: Sendable {
    case request(SIPRequest, RequestKey, LegAddress, TransportKind, mayChangeTransport: Bool)
    case ack(SIPRequest, TransportKind)
    /// A target that is to be rung once its name is known.
    case target(UInt32, Target, TransportKind)
    case trunk(String, TransportKind)
}

/// Where a URI leads, as far as this core can tell.
enum Route {
    case hop(Hop)
    case name(host: String, port: UInt16?, transport: TransportKind)
    /// A transport that we do not have.
    case unreachable
}

/// Host names are resolved off the loop: the request waits until `resolved` comes. RFC 3263.
extension CallEngine {
    func route(to uri: SIPURI) -> Route {
        guard !uri.isSecure, let transport = transport(of: uri) else { return .unreachable }
        let host = uri.parameter("maddr") ?? uri.bareHost
        guard let address = InetAddress(text: host) else {
            return .name(host: host, port: uri.port, transport: transport)
        }
        return .hop(hop(to: InetEndpoint(address: address, port: uri.port ?? transport.defaultPort), transport))
    }

    /// TLS and WebSocket have no listener here.
    private func transport(of uri: SIPURI) -> TransportKind? {
        switch uri.transport {
        case nil, "udp": .udp
        case "tcp": .tcp
        default: nil
        }
    }

    /// From the listener that fits.
    func hop(to endpoint: InetEndpoint, _ transport: TransportKind) -> Hop {
        var hop = Hop(transport: transport, remote: endpoint, local: .unspecified)
        if let listener = listeners.listener(for: hop) { hop.local = listener.local }
        return hop
    }

    func resolve(_ host: String, _ port: UInt16?, _ transport: TransportKind, for waiting: Resolution) {
        nextToken += 1
        let token = ResolveToken(rawValue: nextToken)
        resolutions[token] = waiting
        emit(.resolve(host: host, port: port, transport: transport, token))
    }

    func resolved(_ token: ResolveToken, _ endpoints: [InetEndpoint]) {
        guard let waiting = resolutions.removeValue(forKey: token) else { return }
        switch waiting {
        case .request(let request, let key, let address, let transport, let mayChange):
            guard let (call, leg) = find(address) else { return }
            guard let first = endpoints.first else { return call.drive(leg, .failed(key, .transport)) }
            start(request, key, leg, to: hop(to: first, transport), mayChangeTransport: mayChange)
        case .ack(let request, let transport):
            guard let first = endpoints.first else { return }
            withLayer { $0.sendStateless(request, to: hop(to: first, transport), into: &$1) }
        case .target(let number, let target, let transport):
            calls[number]?.resolved(target, endpoints.map { hop(to: $0, transport) })
        case .trunk(let name, let transport):
            registrationResolved(name, endpoints.map { hop(to: $0, transport) })
        }
    }

    /// Sends a session's request, once it is known where to.
    func send(_ request: SIPRequest, _ key: RequestKey, _ next: NextHop, for leg: Leg, in call: Call) {
        switch next {
        case .hop(let hop):
            start(request, key, leg, to: hop, mayChangeTransport: !leg.usesFlow)
        case .uri(let uri):
            switch route(to: uri) {
            case .hop(let hop):
                start(request, key, leg, to: hop, mayChangeTransport: !leg.usesFlow)
            case .name(let host, let port, let transport):
                resolve(
                    host, port, transport,
                    for: .request(request, key, leg.address, transport, mayChangeTransport: !leg.usesFlow))
            case .unreachable:
                call.drive(leg, .failed(key, .transport))
            }
        }
    }

    func sendAck(_ request: SIPRequest, _ next: NextHop) {
        switch next {
        case .hop(let hop):
            withLayer { $0.sendStateless(request, to: hop, into: &$1) }
        case .uri(let uri):
            switch route(to: uri) {
            case .hop(let hop): withLayer { $0.sendStateless(request, to: hop, into: &$1) }
            case .name(let host, let port, let transport):
                resolve(host, port, transport, for: .ack(request, transport))
            case .unreachable: break
            }
        }
    }

    /// Answers of the latest few INVITEs can still come.
    private func note(_ invite: SentInvite, of leg: Leg) {
        leg.invites.append(invite)
        if leg.invites.count > 4 { clients[leg.invites.removeFirst().id] = nil }
    }

    private func start(
        _ request: SIPRequest, _ key: RequestKey, _ leg: Leg, to hop: Hop, mayChangeTransport: Bool
    ) {
        var effects: [LayerEffect] = []
        let id = transactions.start(
            request, to: hop, mayChangeTransport: mayChangeTransport, now: now, into: &effects)
        clients[id] = .leg(leg.address, key)
        if request.method == .invite { note(SentInvite(key: key, id: id), of: leg) }
        run(effects)
    }
}
