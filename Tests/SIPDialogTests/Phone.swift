import Octets
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// A whole user agent without sockets: a transaction layer and one session, joined as an engine joins them.
struct Phone {
    let endpoint: InetEndpoint
    let tag: String
    var layer: TransactionLayer
    var session: InviteSession?
    var timers = DeadlineQueue<SessionTimer>()
    /// What the session told its owner, by name.
    var told: [String] = []
    /// Messages to hand to the network.
    var outbox: [(octets: [UInt8], to: InetEndpoint)] = []
    private var keys: [ClientTransactionID: RequestKey] = [:]

    init(_ endpoint: InetEndpoint, tag: String, seed: UInt64) {
        self.endpoint = endpoint
        self.tag = tag
        let listener = SentByTable.Listener(
            transport: .udp, local: endpoint, host: endpoint.address.description, port: endpoint.port)
        layer = TransactionLayer(
            settings: TransactionSettings(sentBy: SentByTable([listener])), tokens: TokenSource(key: (seed, 1)))
    }

    func hop(to remote: InetEndpoint) -> Hop { Hop(transport: .udp, remote: remote, local: endpoint) }

    var contact: NameAddress { NameAddress(uri(of: endpoint)) }

    func uri(of endpoint: InetEndpoint) -> SIPURI {
        SIPURI(user: "phone", host: endpoint.address.description, port: endpoint.port)
    }

    var nextDeadline: MonotonicInstant? {
        mutating get {
            let both = [layer.nextDeadline, timers.next].compactMap(\.self)
            return both.min()
        }
    }

    mutating func call(_ remote: InetEndpoint, now: MonotonicInstant) {
        let target = uri(of: remote)
        session = InviteSession(
            calling: OutgoingCall(
                requestURI: .sip(target), from: contact, to: NameAddress(target), callID: "call", localTag: tag,
                contact: contact, offer: Leg.offer, firstHop: .hop(hop(to: remote)), seed: 3))
        handle(.start, now: now)
    }

    mutating func handle(_ event: InviteSession.Event, now: MonotonicInstant) {
        var effects: [InviteSession.Effect] = []
        session?.handle(event, now: now, into: &effects)
        for effect in effects { perform(effect, now: now) }
    }

    mutating func receive(_ message: ParsedMessage, from remote: InetEndpoint, now: MonotonicInstant) {
        var effects: [LayerEffect] = []
        layer.receive(message, from: hop(to: remote), now: now, into: &effects)
        for effect in effects { perform(effect, now: now) }
    }

    mutating func fire(now: MonotonicInstant) {
        while let timer = timers.popDue(now: now) { handle(.timer(timer), now: now) }
        drive(now) { layer, effects in layer.fire(now: now, into: &effects) }
    }

    private mutating func drive(
        _ now: MonotonicInstant, _ body: (inout TransactionLayer, inout [LayerEffect]) -> Void
    ) {
        var effects: [LayerEffect] = []
        body(&layer, &effects)
        for effect in effects { perform(effect, now: now) }
    }

    private mutating func perform(_ effect: LayerEffect, now: MonotonicInstant) {
        switch effect {
        case .send(let octets, let hop): outbox.append((octets, hop.remote))
        case .request(let request, let id, let hop): receive(request, id, hop, now)
        case .ack(let request, let hop): handle(.ack(request, hop), now: now)
        case .cancel(let request, let id, let invite):
            if session == nil || invite == nil {
                respond(id, SIPResponse(to: request, status: 481, toTag: tag), now)
            } else {
                handle(.cancelled(request, id), now: now)
            }
        case .response(let response, let id, let hop):
            if let key = keys[id] { handle(.response(response, key, hop), now: now) }
        case .failed(let id, let failure):
            if let key = keys[id] { handle(.failed(key, failure), now: now) }
        case .serverTimeout, .stray2xx, .overload: break
        }
    }

    private mutating func receive(
        _ request: SIPRequest, _ id: ServerTransactionID, _ hop: Hop, _ now: MonotonicInstant
    ) {
        if request.method == .invite, request.to?.tag == nil, session == nil {
            session = InviteSession(
                incoming: request, transaction: id, hop: hop, localTag: tag, contact: contact, seed: 4)
            told.append("incoming")
        } else if session == nil || request.to?.tag != tag {
            respond(id, SIPResponse(to: request, status: 481, toTag: tag), now)
        } else {
            handle(.received(request, id, hop), now: now)
        }
    }

    private mutating func respond(_ id: ServerTransactionID, _ response: SIPResponse, _ now: MonotonicInstant) {
        drive(now) { layer, effects in layer.respond(id, response, now: now, into: &effects) }
    }

    private mutating func perform(_ effect: InviteSession.Effect, now: MonotonicInstant) {
        switch effect {
        case .send(let request, let key, let next):
            let hop = hop(for: next)
            var effects: [LayerEffect] = []
            let id = layer.start(request, to: hop, now: now, into: &effects)
            keys[id] = key
            for effect in effects { perform(effect, now: now) }
        case .sendCancel(let key, let headers):
            guard let id = keys.first(where: { $0.value == key })?.key else { return }
            drive(now) { layer, effects in
                layer.cancel(id, headers: headers, now: now, into: &effects)
            }
        case .sendAck(let ack, let next):
            let hop = hop(for: next)
            drive(now) { layer, effects in layer.sendStateless(ack, to: hop, into: &effects) }
        case .respond(let id, let response), .resend2xx(let id, let response): respond(id, response, now)
        case .arm(let timer, let span): timers.arm(timer, at: now + span)
        case .disarm(let timer): timers.disarm(timer)
        case .request(let request, let id): respond(id, SIPResponse(to: request, status: 200, toTag: tag), now)
        case .terminated:
            timers = DeadlineQueue()
            told.append(effect.name)
        case .reoffered:
            told.append(effect.name)
            handle(.answerReinvite(body: Leg.answer), now: now)
        case .progress, .answered, .failed, .redirected, .reofferCancelled, .reinviteAnswered, .reinviteFailed,
            .acknowledged, .ackTimeout, .cancelledByPeer, .ended, .requestAnswered:
            told.append(effect.name)
        }
    }

    private func hop(for next: NextHop) -> Hop {
        switch next {
        case .hop(let hop): hop
        case .uri(let uri):
            hop(to: InetEndpoint(address: InetAddress(text: uri.host) ?? .unspecified, port: uri.port ?? 5060))
        }
    }
}
