import SIPAuth
import SIPMessage
import Testing
import Timing

@Suite("RFC 3261 §22, RFC 8760: the server's side")
struct DigestChallengerTests {
    @Test(
        "challenges stand in the configured order, one nonce, qop auth only",
        arguments: [
            [DigestAlgorithm.sha512_256, .sha256, .md5], [.md5, .sha256], [.md5],
        ])
    func order(_ algorithms: [DigestAlgorithm]) throws {
        var bench = AuthBench(algorithms: algorithms)
        let response = bench.challenge()
        #expect(response.status == 401)
        let challenges = try response.fields.all(.wwwAuthenticate).map { try DigestChallenge(parsing: $0) }
        #expect(challenges.map { $0.variant?.algorithm } == algorithms)
        #expect(challenges.allSatisfy { $0.protections == [.auth] && $0.realm == "biloxi.com" })
        #expect(Set(challenges.map(\.nonce)).count == 1)
    }

    @Test(
        "a request without credentials is challenged, one with good ones is the user's",
        arguments: [
            DigestAlgorithm.md5, .sha256, .sha512_256,
        ])
    func login(_ algorithm: DigestAlgorithm) {
        var bench = AuthBench(algorithms: [algorithm])
        #expect(bench.verify(bench.request) == .challenge(stale: false))
        #expect(bench.login() == .ok(user: "bob"))
    }

    @Test("as a proxy it is 407 and Proxy-Authorization")
    func proxy() {
        var bench = AuthBench()
        let response = bench.challenge(role: .proxy)
        #expect(response.status == 407)
        #expect(bench.client.take(response) == true)
        let request = bench.authorized()
        #expect(request.fields.contains(.proxyAuthorization))
        #expect(!request.fields.contains(.authorization))
        #expect(bench.verify(request) == .challenge(stale: false))
        #expect(bench.verify(request, role: .proxy) == .ok(user: "bob"))
    }

    @Test("a wrong password and an unknown user are refused")
    func refused() {
        var wrong = AuthBench(password: "guess")
        #expect(wrong.login() == .refused(.wrongPassword, user: "bob"))
        var unknown = AuthBench()
        unknown.client = DigestClient(credentials: [DigestCredentials(username: "eve", password: "zanzibar")])
        #expect(unknown.login() == .refused(.unknownUser, user: "eve"))
        var empty = AuthBench()
        empty.client = DigestClient(credentials: [DigestCredentials(username: "eve", password: "")])
        #expect(empty.login() == .refused(.unknownUser, user: "eve"))
    }

    @Test("hashes can stand for the password")
    func hashes() throws {
        var bench = AuthBench(algorithms: [.sha256])
        #expect(bench.client.take(bench.challenge()) == true)
        let request = bench.authorized()
        let hash = try #require(
            DigestComputation.secretHash(username: "bob", realm: "biloxi.com", password: "zanzibar", .sha256))
        let verdict = bench.challenger.verify(request, role: .server, now: bench.now) { _ in
            DigestSecret(hashes: [.sha256: hash.uppercased()])
        }
        #expect(verdict == .ok(user: "bob"))
    }

    @Test("after its lifetime a nonce is stale: right password, new challenge")
    func stale() {
        var bench = AuthBench()
        #expect(bench.login() == .ok(user: "bob"))
        bench.now += .seconds(300)
        #expect(bench.verify(bench.authorized()) == .ok(user: "bob"))
        bench.now += .milliseconds(1)
        #expect(bench.verify(bench.authorized()) == .challenge(stale: true))
        #expect(bench.client.take(bench.challenge(stale: true)) == true)
        #expect(bench.verify(bench.authorized()) == .ok(user: "bob"))
    }

    @Test("a nonce of another run, or a forged one, is stale: no user is asked for a password again")
    func foreignNonce() {
        var other = AuthBench(secretOctet: 9)
        var bench = AuthBench()
        #expect(bench.client.take(other.challenge()) == true)
        #expect(bench.verify(bench.authorized()) == .challenge(stale: true))
        #expect(bench.client.take(bench.challenge(stale: true)) == true)
        #expect(bench.verify(bench.authorized()) == .ok(user: "bob"))
    }

    @Test("a nonce from the future is stale")
    func future() {
        var bench = AuthBench()
        #expect(bench.client.take(bench.challenge()) == true)
        let request = bench.authorized()
        bench.now = .start
        #expect(bench.verify(request) == .challenge(stale: true))
    }

    @Test("a count works once, in any order within 64")
    func replay() {
        var bench = AuthBench()
        #expect(bench.client.take(bench.challenge()) == true)
        let requests = (0..<80).map { _ in bench.authorized() }
        #expect(bench.verify(requests[1]) == .ok(user: "bob"))
        #expect(bench.verify(requests[1]) == .challenge(stale: true))
        #expect(bench.verify(requests[0]) == .ok(user: "bob"))
        #expect(bench.verify(requests[0]) == .challenge(stale: true))
        #expect(bench.verify(requests[79]) == .ok(user: "bob"))
        #expect(bench.verify(requests[16]) == .ok(user: "bob"))
        #expect(bench.verify(requests[15]) == .challenge(stale: true))
        #expect(bench.verify(requests[78]) == .ok(user: "bob"))
    }

    @Test("a full window forgets the oldest nonce without ever letting it be replayed")
    func windowBound() {
        var bench = AuthBench(windowCapacity: 4)
        var used: [SIPRequest] = []
        for _ in 0..<10 {
            bench.now += .milliseconds(1)
            bench.client = DigestClient(credentials: [DigestCredentials(username: "bob", password: "zanzibar")])
            #expect(bench.client.take(bench.challenge()) == true)
            used.append(bench.authorized())
            #expect(bench.verify(used[used.count - 1]) == .ok(user: "bob"))
        }
        for request in used { #expect(bench.verify(request) == .challenge(stale: true)) }
        #expect(bench.verify(bench.authorized()) == .ok(user: "bob"))
    }

    @Test("without qop a nonce works once, or not at all where that form is switched off")
    func bareDigest() throws {
        var bench = AuthBench(algorithms: [.md5])
        let text = try #require(bench.challenge().fields.first(.wwwAuthenticate))
        var response = SIPResponse(status: 401)
        response.fields.append(.wwwAuthenticate, text.replacing(", qop=\"auth\"", with: ""))
        #expect(bench.client.take(response) == true)
        let request = bench.authorized()
        #expect(request.fields.first(.authorization)?.contains("nc=") == false)
        var strict = AuthBench(algorithms: [.md5], acceptsBareDigest: false)
        #expect(strict.verify(request) == .challenge(stale: false))
        #expect(bench.verify(request) == .ok(user: "bob"))
        #expect(bench.verify(request) == .challenge(stale: true))
    }

    @Test("auth-int is verified where a client offers it, body included")
    func integrity() throws {
        var bench = AuthBench(algorithms: [.sha256])
        let text = try #require(bench.challenge().fields.first(.wwwAuthenticate))
        var response = SIPResponse(status: 401)
        response.fields.append(.wwwAuthenticate, text.replacing("qop=\"auth\"", with: "qop=\"auth-int\""))
        #expect(bench.client.take(response) == true)
        let request = bench.authorized()
        #expect(request.fields.first(.authorization)?.contains("qop=auth-int") == true)
        var forged = request
        forged.body = Array("hullo".utf8)
        #expect(bench.verify(forged) == .refused(.wrongPassword, user: "bob"))
        #expect(bench.verify(request) == .ok(user: "bob"))
    }

    @Test("credentials for another resource or method are refused; a port or parameter may differ")
    func otherResource() {
        var bench = AuthBench()
        #expect(bench.client.take(bench.challenge()) == true)
        var request = bench.authorized()
        request.uri = .sip(SIPURI(user: "carol", host: "biloxi.com"))
        #expect(bench.verify(request) == .refused(.otherResource, user: "bob"))
        request.uri = .sip(SIPURI(host: "BILOXI.com", port: 5070))
        request.method = .invite
        #expect(bench.verify(request) == .refused(.wrongPassword, user: "bob"))
        request.method = .register
        #expect(bench.verify(request) == .ok(user: "bob"))
    }

    @Test("other realms and schemes are passed over; a malformed digest is a bad request")
    func otherFields() throws {
        var bench = AuthBench()
        #expect(bench.client.take(bench.challenge()) == true)
        var request = bench.authorized()
        let good = try #require(request.fields.first(.authorization))
        request.fields.set(.authorization, to: ["Basic YTpi", good.replacing("biloxi.com\"", with: "x.com\""), good])
        #expect(bench.verify(request) == .ok(user: "bob"))
        request.fields.set(.authorization, "Digest realm")
        #expect(bench.verify(request) == .refused(.malformed(.syntax), user: nil))
        request.fields.set(.authorization, "Basic YTpi")
        #expect(bench.verify(request) == .challenge(stale: false))
    }

    @Test("an algorithm that was not offered is challenged again")
    func downgrade() throws {
        var bench = AuthBench(algorithms: [.sha256])
        let text = try #require(bench.challenge().fields.first(.wwwAuthenticate))
        var response = SIPResponse(status: 401)
        response.fields.append(.wwwAuthenticate, text.replacing("algorithm=SHA-256", with: "algorithm=MD5"))
        #expect(bench.client.take(response) == true)
        #expect(bench.verify(bench.authorized()) == .challenge(stale: false))
    }
}
