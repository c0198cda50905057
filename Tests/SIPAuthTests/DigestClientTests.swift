import SIPAuth
import SIPMessage
import Testing

@Suite("RFC 3261 §22.2-22.3, RFC 8760 §2.4: the client's side")
struct DigestClientTests {
    private let request = SIPRequest(method: .invite, uri: .sip(SIPURI(user: "bob", host: "biloxi.com")))

    private func challenge(_ status: Int, _ values: [String]) -> SIPResponse {
        var response = SIPResponse(status: status)
        let name: HeaderName = status == 401 ? .wwwAuthenticate : .proxyAuthenticate
        for value in values { response.fields.append(name, value) }
        return response
    }

    private func client(_ realm: String? = nil) -> DigestClient {
        DigestClient(credentials: [DigestCredentials(username: "alice", password: "secret", realm: realm)])
    }

    private func parsed(_ request: SIPRequest, _ name: HeaderName = .authorization) throws -> [DigestAuthorization] {
        try request.fields.all(name).map { try DigestAuthorization(parsing: $0) }
    }

    @Test("the strongest known algorithm of a realm is taken, whatever the order")
    func strongest() throws {
        var client = client()
        let response = challenge(
            401,
            [
                "Digest realm=\"r\", nonce=\"1\", algorithm=MD5, qop=\"auth\"",
                "Digest realm=\"r\", nonce=\"2\", algorithm=SHA-512-256, qop=\"auth\"",
                "Digest realm=\"r\", nonce=\"3\", algorithm=SHA-9, qop=\"auth\"",
                "Digest realm=\"r\", nonce=\"4\", algorithm=SHA-256, qop=\"auth\"", "Basic realm=\"r\"",
            ])
        #expect(client.take(response) == true)
        var next = request
        client.authorize(&next, cnonce: "c")
        #expect(try parsed(next).map(\.nonce) == ["2"])
    }

    @Test("the count rises with each request, and opaque is given back")
    func count() throws {
        var client = client()
        #expect(
            client.take(challenge(401, ["Digest realm=\"r\", nonce=\"1\", opaque=\"o\", qop=\"auth,auth-int\""]))
                == true)
        var next = request
        for expected in 1...3 {
            client.authorize(&next, cnonce: "c\(expected)")
            let value = try #require(try parsed(next).first)
            #expect(value.count == .init(protection: .auth, number: UInt32(expected), cnonce: "c\(expected)"))
            #expect(value.opaque == "o")
            #expect(value.uri == "sip:bob@biloxi.com")
        }
        #expect(next.fields.count(of: .authorization) == 1)
    }

    @Test("a second refusal ends it; a stale nonce does not, three times at most")
    func giveUp() {
        var client = client()
        #expect(client.take(challenge(401, ["Digest realm=\"r\", nonce=\"1\""])) == true)
        #expect(client.take(challenge(401, ["Digest realm=\"r\", nonce=\"2\""])) == false)
        for number in 3...5 {
            #expect(client.take(challenge(401, ["Digest realm=\"r\", nonce=\"\(number)\", stale=true"])) == true)
        }
        #expect(client.take(challenge(401, ["Digest realm=\"r\", nonce=\"6\", stale=true"])) == false)
    }

    @Test("once a request was let pass, a later challenge is answered again")
    func accepted() {
        var client = client()
        #expect(client.take(challenge(407, ["Digest realm=\"r\", nonce=\"1\""])) == true)
        client.noteAccepted()
        #expect(client.take(challenge(407, ["Digest realm=\"r\", nonce=\"2\""])) == true)
    }

    @Test("a proxy and a server, or two realms, are answered side by side")
    func severalRealms() throws {
        var client = client()
        #expect(client.take(challenge(407, ["Digest realm=\"p\", nonce=\"1\""])) == true)
        #expect(client.take(challenge(401, ["Digest realm=\"s\", nonce=\"2\""])) == true)
        var next = request
        client.authorize(&next, cnonce: "c")
        #expect(try parsed(next, .proxyAuthorization).map(\.realm) == ["p"])
        #expect(try parsed(next).map(\.realm) == ["s"])
    }

    @Test("without credentials for the realm, or without a known algorithm, it is not worth sending again")
    func hopeless() {
        var none = DigestClient(credentials: [])
        #expect(none.take(challenge(401, ["Digest realm=\"r\", nonce=\"1\""])) == false)
        var elsewhere = client("other")
        #expect(elsewhere.take(challenge(401, ["Digest realm=\"r\", nonce=\"1\""])) == false)
        var unknown = client()
        #expect(unknown.take(challenge(401, ["Digest realm=\"r\", nonce=\"1\", algorithm=SHA-9"])) == false)
        #expect(unknown.take(challenge(401, [])) == false)
    }
}
