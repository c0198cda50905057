import SIPAuth
import SIPMessage
import Testing
import Timing

/// A server that knows bob, and a client that is bob, on a virtual clock.
struct AuthBench {
    var challenger: DigestChallenger
    var client: DigestClient
    var now = MonotonicInstant.start + .seconds(1_000)
    var request: SIPRequest
    private var draws: UInt64 = 0

    init(
        algorithms: [DigestAlgorithm] = [.sha256, .md5], password: String = "zanzibar", windowCapacity: Int = 1_000,
        acceptsBareDigest: Bool = true, secretOctet: UInt8 = 7, method: SIPMethod = .register
    ) {
        challenger = DigestChallenger(
            realm: "biloxi.com", secret: [UInt8](repeating: secretOctet, count: 32), algorithms: algorithms,
            windowCapacity: windowCapacity, acceptsBareDigest: acceptsBareDigest)
        client = DigestClient(credentials: [DigestCredentials(username: "bob", password: password)])
        request = SIPRequest(method: method, uri: .sip(SIPURI(host: "biloxi.com")), body: Array("hello".utf8))
        for (name, value): (HeaderName, String) in [
            (.via, "SIP/2.0/UDP 192.0.2.4;branch=z9hG4bKnashds7"), (.from, "<sip:bob@biloxi.com>;tag=1"),
            (.to, "<sip:bob@biloxi.com>"), (.callID, "c"), (.cseq, "1 \(method.name)"),
        ] { request.fields.append(name, value) }
    }

    static func secret(_ user: String) -> DigestSecret? { user == "bob" ? DigestSecret(password: "zanzibar") : nil }

    mutating func challenge(stale: Bool = false, role: DigestRole = .server) -> SIPResponse {
        draws += 1
        return challenger.response(to: request, role: role, stale: stale, toTag: "t", chance: draws, now: now)
    }

    /// The client's next request with credentials.
    mutating func authorized() -> SIPRequest {
        draws += 1
        var next = request
        client.authorize(&next, cnonce: "cnonce\(draws)")
        return next
    }

    mutating func verify(_ request: SIPRequest, role: DigestRole = .server) -> DigestVerdict {
        challenger.verify(request, role: role, now: now, secret: Self.secret)
    }

    /// Challenge and answer.
    mutating func login() -> DigestVerdict {
        guard client.take(challenge()) else { return .challenge(stale: false) }
        return verify(authorized())
    }
}
