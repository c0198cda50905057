import Octets
import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// One session on a virtual clock, with everything that it has asked for and told.
struct Leg {
    var session: InviteSession
    var now = MonotonicInstant.start
    var effects: [InviteSession.Effect] = []
    private(set) var timers = DeadlineQueue<SessionTimer>()
    private var seen = 0

    static let hop = Hop(
        transport: .udp, remote: InetEndpoint(text: "198.51.100.7:5060") ?? .unspecified, local: .unspecified)
    static let offer = Array("v=0 offer".utf8)
    static let answer = Array("v=0 answer".utf8)
    static let contact = NameAddress(SIPURI(user: "tandem", host: "192.0.2.1"))

    init(_ session: InviteSession) { self.session = session }

    /// Handles an event and keeps the timers, as an engine does.
    mutating func handle(_ event: InviteSession.Event) {
        session.handle(event, now: now, into: &effects)
        while seen < effects.count {
            switch effects[seen] {
            case .arm(let timer, let span): timers.arm(timer, at: now + span)
            case .disarm(let timer): timers.disarm(timer)
            case .terminated: timers = DeadlineQueue()
            case .send, .sendCancel, .sendAck, .respond, .resend2xx, .progress, .answered, .failed, .redirected,
                .reoffered, .reofferCancelled, .reinviteAnswered, .reinviteFailed, .acknowledged, .ackTimeout,
                .cancelledByPeer, .ended, .request, .requestAnswered:
                break
            }
            seen += 1
        }
    }

    mutating func advance(_ span: TimeSpan) {
        let end = now + span
        while let next = timers.next, next <= end {
            now = max(now, next)
            guard let timer = timers.popDue(now: now) else { continue }
            handle(.timer(timer))
        }
        now = end
    }

    /// All effects since the last call.
    mutating func take() -> [InviteSession.Effect] {
        defer {
            effects = []
            seen = 0
        }
        return effects
    }

    var armed: [SessionTimer] { SessionTimer.allCases.filter { timers.isArmed($0) } }
}

// Builders, named by the state that they leave the session in.
extension Leg {
    static func outgoing(
        offer: [UInt8]? = Leg.offer, credentials: [DigestCredentials] = [], routes: [NameAddress] = [],
        path: DialogPath = .contact
    ) -> OutgoingCall {
        OutgoingCall(
            requestURI: .sip(SIPURI(user: "bob", host: "example.com")),
            from: NameAddress(displayName: "Alice", SIPURI(user: "alice", host: "example.com")),
            to: NameAddress(SIPURI(user: "bob", host: "example.com")), callID: "call", localTag: "local",
            contact: contact, routes: routes, headers: [(.supported, "replaces")], offer: offer,
            credentials: credentials, firstHop: .hop(hop), path: path, seed: 1)
    }

    static func calling(_ call: OutgoingCall = outgoing()) -> Leg {
        var leg = Leg(InviteSession(calling: call))
        leg.handle(.start)
        return leg
    }

    /// Answered by the peer, and acknowledged; the effects so far are gone.
    static func answeredCaller(_ call: OutgoingCall = outgoing(), recordRoutes: [String] = []) throws -> Leg {
        var leg = calling(call)
        let invite = try #require(leg.effects.sent.last)
        leg.handle(.response(Peer.ok(to: invite.request, recordRoutes: recordRoutes), invite.key, hop))
        _ = leg.take()
        return leg
    }

    static let inviteID = Peer.transaction(0)

    static func incoming(offer: [UInt8]? = Leg.offer) -> Leg {
        let session = InviteSession(
            incoming: Peer.invite(offer: offer), transaction: inviteID, hop: hop, localTag: "local",
            contact: contact, seed: 1)
        return Leg(session)
    }

    static func accepted(offer: [UInt8]? = Leg.offer) -> Leg {
        var leg = incoming(offer: offer)
        leg.handle(.accept(body: answer, headers: []))
        return leg
    }

    /// Accepted and acknowledged; the effects so far are gone.
    static func answeredCallee() -> Leg {
        var leg = accepted()
        leg.handle(.ack(Peer.request(.ack, sequence: 1), hop))
        _ = leg.take()
        return leg
    }
}

/// The other side's messages.
enum Peer {
    /// Ids as a layer would give them: one for each new request.
    static func transaction(_ number: Int) -> ServerTransactionID {
        var layer = TransactionLayer(
            settings: TransactionSettings(sentBy: SentByTable([])), tokens: TokenSource(key: (1, 1)))
        var effects: [LayerEffect] = []
        for index in 0...number {
            var request = SIPRequest(method: .options, uri: .sip(SIPURI(host: "a")))
            request.fields.append(.via, "SIP/2.0/UDP 192.0.2.9;branch=z9hG4bK\(index)")
            request.fields.append(.cseq, "1 OPTIONS")
            layer.receive(.request(request), from: Leg.hop, now: .start, into: &effects)
        }
        let ids = effects.compactMap { effect -> ServerTransactionID? in
            if case .request(_, let id, _) = effect { id } else { nil }
        }
        return ids[number]
    }

    static func invite(offer: [UInt8]? = Leg.offer) -> SIPRequest {
        var invite = SIPRequest(method: .invite, uri: .sip(SIPURI(user: "tandem", host: "192.0.2.1")))
        invite.fields.append(.via, "SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKpeer")
        invite.fields.append(.recordRoute, "<sip:p1.example.net;lr>, <sip:p2.example.net;lr>")
        invite.fields.append(.from, "\"Bob\" <sip:bob@example.com>;tag=remote")
        invite.fields.append(.to, "<sip:tandem@192.0.2.1>")
        invite.fields.append(.callID, "call")
        invite.fields.append(.cseq, "1 INVITE")
        invite.fields.append(.contact, "<sip:bob@198.51.100.7>")
        add(offer, to: &invite)
        return invite
    }

    /// A request inside the dialog.
    static func request(
        _ method: SIPMethod, sequence: Int, body: [UInt8]? = nil, tag: String? = "remote", localTag: String = "local",
        contact: String? = nil
    ) -> SIPRequest {
        var request = SIPRequest(method: method, uri: .sip(SIPURI(user: "tandem", host: "192.0.2.1")))
        request.fields.append(.via, "SIP/2.0/UDP 198.51.100.7;branch=z9hG4bKpeer\(sequence)\(method.name)")
        let from = tag.map { ";tag=\($0)" } ?? ""
        request.fields.append(.from, "<sip:bob@example.com>\(from)")
        request.fields.append(.to, "<sip:alice@example.com>;tag=\(localTag)")
        request.fields.append(.callID, "call")
        request.fields.append(.cseq, "\(sequence) \(method.name)")
        if let contact { request.fields.append(.contact, contact) }
        add(body, to: &request)
        return request
    }

    static func response(
        to request: SIPRequest, _ status: Int, tag: String? = "remote", body: [UInt8]? = nil
    ) -> SIPResponse {
        var response = SIPResponse(to: request, status: status, toTag: tag)
        add(body, to: &response)
        return response
    }

    static func ok(
        to request: SIPRequest, tag: String? = "remote", body: [UInt8]? = Leg.answer, recordRoutes: [String] = [],
        contact: String? = "<sip:bob@198.51.100.7>"
    ) -> SIPResponse {
        var response = response(to: request, 200, tag: tag, body: body)
        for route in recordRoutes { response.fields.append(.recordRoute, route) }
        if let contact { response.fields.append(.contact, contact) }
        return response
    }

    static func challenge(to request: SIPRequest, _ status: Int, stale: Bool = false) -> SIPResponse {
        var response = response(to: request, status, tag: "challenge")
        let value = "Digest realm=\"example.com\", nonce=\"n\", qop=\"auth\", algorithm=SHA-256"
        response.fields.append(
            status == 401 ? .wwwAuthenticate : .proxyAuthenticate, stale ? value + ", stale=true" : value)
        return response
    }

    private static func add(_ body: [UInt8]?, to message: inout some SIPMessageFields) {
        guard let body else { return }
        message.fields.append(.contentType, "application/sdp")
        message.body = body
    }
}
