import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

/// A transaction layer on a virtual clock, with everything that it has asked for.
struct LayerBench {
    var layer: TransactionLayer
    var now = MonotonicInstant.start
    var effects: [LayerEffect] = []

    static let local = endpoint("192.0.2.1:5060")
    static let peer = endpoint("198.51.100.7:5062")

    static func endpoint(_ text: String) -> InetEndpoint { InetEndpoint(text: text) ?? .unspecified }

    static func hop(_ transport: TransportKind = .udp, _ remote: InetEndpoint = peer, connection: UInt64 = 0) -> Hop {
        Hop(transport: transport, remote: remote, local: local, connection: connection)
    }

    init(serverLimit: Int = 1_000, datagramLimit: Int? = 1_300) {
        let listeners: [SentByTable.Listener] = [.udp, .tcp].map {
            .init(transport: $0, local: Self.local, host: "192.0.2.1", port: 5060)
        }
        let settings = TransactionSettings(
            serverLimit: serverLimit, datagramLimit: datagramLimit, sentBy: SentByTable(listeners))
        layer = TransactionLayer(settings: settings, tokens: TokenSource(key: (11, 22)))
    }

    mutating func receive(_ text: String, from hop: Hop = hop()) throws {
        let octets = Array(text.replacing("\n", with: "\r\n").utf8)
        layer.receive(try MessageParser.parse(datagram: octets), from: hop, now: now, into: &effects)
    }

    mutating func start(_ method: SIPMethod, over hop: Hop = hop(), body: Int = 0) -> ClientTransactionID {
        var request = SIPRequest(
            method: method, uri: .sip(SIPURI(user: "bob", host: "example.com")),
            body: [UInt8](repeating: 65, count: body))
        request.fields.append(.route, "<sip:proxy.example.com;lr>")
        request.fields.append(.from, "<sip:alice@example.com>;tag=a1")
        request.fields.append(.to, "<sip:bob@example.com>")
        request.fields.append(.callID, "call-1")
        request.fields.append(.cseq, "7 \(method.name)")
        return layer.start(request, to: hop, now: now, into: &effects)
    }

    /// Moves the clock from deadline to deadline, as a shell would.
    mutating func advance(_ span: TimeSpan) {
        let end = now + span
        while let next = layer.nextDeadline, next <= end {
            now = max(now, next)
            layer.fire(now: now, into: &effects)
        }
        now = end
    }

    mutating func takeEffects() -> [LayerEffect] {
        defer { effects = [] }
        return effects
    }

    /// What has been sent since the last call, and forgets all effects.
    mutating func takeSent() throws -> [(message: ParsedMessage, hop: Hop)] {
        try takeEffects().compactMap { effect in
            guard case .send(let octets, let hop) = effect else { return nil }
            return (try MessageParser.parse(datagram: octets), hop)
        }
    }

    mutating func takeSentRequests() throws -> [SIPRequest] { try takeSent().compactMap(\.message.request) }
    mutating func takeSentResponses() throws -> [SIPResponse] { try takeSent().compactMap(\.message.response) }

    /// The response that a peer would give to a request that we sent.
    static func answer(_ request: SIPRequest, _ status: Int, toTag: String? = "b1") -> String {
        let response = SIPResponse(to: request, status: status, toTag: toTag)
        return String(decoding: response.serialized(), as: UTF8.self).replacing("\r\n", with: "\n")
    }
}

extension ParsedMessage {
    var request: SIPRequest? {
        if case .request(let request) = self { request } else { nil }
    }

    var response: SIPResponse? {
        if case .response(let response) = self { response } else { nil }
    }
}

/// Requests as a peer sends them.
enum PeerRequest {
    static func text(
        _ method: String, branch: String? = "z9hG4bK-p1", sentBy: String = "198.51.100.7:5062", rport: Bool = true,
        callID: String = "peer-1", fromTag: String = "p", toTag: String? = nil, sequence: Int = 1
    ) -> String {
        var via = "Via: SIP/2.0/UDP \(sentBy)"
        if rport { via += ";rport" }
        if let branch { via += ";branch=\(branch)" }
        let to = toTag.map { ";tag=\($0)" } ?? ""
        return """
            \(method) sip:tandem@192.0.2.1 SIP/2.0
            \(via)
            From: <sip:peer@example.net>;tag=\(fromTag)
            To: <sip:tandem@192.0.2.1>\(to)
            Call-ID: \(callID)
            CSeq: \(sequence) \(method)
            Max-Forwards: 70
            Content-Length: 0


            """
    }
}

extension [LayerEffect] {
    var requests: [(request: SIPRequest, id: ServerTransactionID, hop: Hop)] {
        compactMap { effect in
            if case .request(let request, let id, let hop) = effect { (request, id, hop) } else { nil }
        }
    }

    var responses: [SIPResponse] {
        compactMap { effect in
            if case .response(let response, _, _) = effect { response } else { nil }
        }
    }

    var failures: [TransactionFailure] {
        compactMap { effect in
            if case .failed(_, let failure) = effect { failure } else { nil }
        }
    }

    var acks: [SIPRequest] {
        compactMap { effect in
            if case .ack(let request, _) = effect { request } else { nil }
        }
    }

    var cancels: [(request: SIPRequest, id: ServerTransactionID, invite: ServerTransactionID?)] {
        compactMap { effect in
            if case .cancel(let request, let id, let invite) = effect { (request, id, invite) } else { nil }
        }
    }
}
