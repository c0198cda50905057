import Billing
import CallControl
import Octets
import SIPAuth
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

@Suite("Trunks with a password, with a name, with a registration")
struct Trunks {
    @Test("a trunk's 407 is answered with its credentials, within one leg")
    func challenged() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        bench.send(try a.invite("b100"), from: a)
        let first = try bench.takeRequest(.invite, to: b.endpoint)
        let challenger = DigestChallenger(realm: "carrier", secret: Array(32..<64))
        bench.send(
            challenger.response(to: first, role: .proxy, stale: false, toTag: "x", chance: 1, now: bench.now), from: b)
        _ = try bench.takeRequest(.ack, to: b.endpoint)
        let second = try bench.takeRequest(.invite, to: b.endpoint)
        var verifier = challenger
        let verdict = verifier.verify(second, role: .proxy, now: bench.now) { user in
            user == "tandem" ? DigestSecret(password: "pw") : nil
        }
        #expect(verdict == .ok(user: "tandem"))
        bench.send(b.response(200, to: second, body: Phone.sdp), from: b)
        _ = try bench.takeResponse(200, to: a.endpoint)
        #expect(bench.records.count == 2)
    }

    @Test("a trunk's name is resolved; its addresses are tried in order")
    func named() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let one = try Phone("one", "127.0.9.1")
        let two = try Phone("two", "127.0.9.2")
        bench.send(try a.invite("n100"), from: a)
        let lookup = try #require(bench.lookups.first)
        #expect(lookup.host == "carrier.test")
        bench.handle(.resolved(lookup.token, [one.endpoint, two.endpoint]))
        let first = try bench.takeRequest(.invite, to: one.endpoint)
        #expect(first.uri.description == "sip:n100@carrier.test")
        bench.send(one.response(503, to: first), from: one)
        _ = try bench.takeRequest(.invite, to: two.endpoint)
    }

    @Test("an unknown name is a failed trunk; a CANCEL while it is looked up leaves nothing over")
    func unknownName() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("n100"), from: a)
        bench.handle(.resolved(try #require(bench.lookups.last).token, []))
        _ = try bench.takeResponse(503, to: a.endpoint)
        let second = try a.invite("n100", callID: "c2")
        bench.send(second, from: a)
        bench.send(try a.cancel(second), from: a)
        let refusal = try bench.takeResponse(487, to: a.endpoint)
        bench.send(try a.ack(second, refusal), from: a)
        bench.handle(.resolved(try #require(bench.lookups.last).token, [a.endpoint]))
        #expect(!bench.methods(to: a.endpoint).contains(.invite))
        bench.expectQuiet()
    }

    private func registering() throws -> (TestSwitch, Phone) {
        let configuration = try TestSwitch.configuration {
            $0.trunks[1].register = true
            $0.trunks[1].expiresSeconds = 600
        }
        let bench = try TestSwitch(configuration)
        bench.advance(.milliseconds(1))
        return (bench, try Phone("bob", "127.0.5.3"))
    }

    @Test("register: true registers, answers 401, refreshes before the end, and takes calls from there")
    func registration() throws {
        let (bench, b) = try registering()
        let first = try bench.takeRequest(.register, to: b.endpoint)
        #expect(first.expires == 600)
        #expect(first.to?.sip?.user == "tandem")
        let challenger = DigestChallenger(realm: "carrier", secret: Array(32..<64))
        bench.send(
            challenger.response(to: first, role: .server, stale: false, toTag: "x", chance: 1, now: bench.now), from: b)
        let second = try bench.takeRequest(.register, to: b.endpoint)
        #expect(second.callID == first.callID)
        #expect(second.cseq?.number == 2)
        var granted = SIPResponse(to: second, status: 200, toTag: "r")
        var contact = try #require(second.contacts.first)
        contact.params.setRaw("expires", "120")
        granted.contacts = [contact]
        bench.send(granted, from: b)
        #expect(bench.engine.trunkStates().first?.isRegistered == true)
        // A call from the registrar needs no password now.
        var caller = b
        bench.send(try caller.invite("600", callID: "in"), from: caller)
        _ = try bench.takeResponse(200, to: b.endpoint)
        bench.advance(.seconds(89))
        #expect(!bench.methods(to: b.endpoint).contains(.register))
        bench.advance(.seconds(2))
        let refresh = try bench.takeRequest(.register, to: b.endpoint)
        #expect(refresh.fields.contains(.authorization))
    }

    @Test("a registrar that does not answer is asked again, later and later; 423 is obeyed")
    func backOff() throws {
        let (bench, b) = try registering()
        let first = try bench.takeRequest(.register, to: b.endpoint)
        bench.send(b.response(503, to: first), from: b)
        bench.advance(.seconds(4))
        #expect(bench.methods(to: b.endpoint).isEmpty)
        bench.advance(.seconds(1))
        let second = try bench.takeRequest(.register, to: b.endpoint)
        bench.send(b.response(500, to: second), from: b)
        bench.advance(.seconds(9))
        #expect(bench.methods(to: b.endpoint).isEmpty)
        bench.advance(.seconds(1))
        let third = try bench.takeRequest(.register, to: b.endpoint)
        var brief = b.response(423, to: third)
        brief.minExpires = 1_800
        bench.send(brief, from: b)
        #expect(try bench.takeRequest(.register, to: b.endpoint).expires == 1_800)
    }

    @Test("a wrong password is not repeated for ever")
    func wrongPassword() throws {
        let (bench, b) = try registering()
        let challenger = DigestChallenger(realm: "carrier", secret: Array(32..<64))
        for _ in 0..<2 {
            let request = try bench.takeRequest(.register, to: b.endpoint)
            bench.send(
                challenger.response(to: request, role: .server, stale: false, toTag: "x", chance: 1, now: bench.now),
                from: b)
        }
        #expect(!bench.methods(to: b.endpoint).contains(.register))
        #expect(bench.engine.trunkStates().first?.failures == 1)
    }

    @Test("SIGTERM takes the registration back")
    func leaving() throws {
        let (bench, b) = try registering()
        bench.send(b.response(200, to: try bench.takeRequest(.register, to: b.endpoint)), from: b)
        bench.handle(.drain)
        #expect(try bench.takeRequest(.register, to: b.endpoint).expires == 0)
    }

    @Test("new settings: a removed account loses its registration, calls go by the new routes")
    func reconfigured() throws {
        let bench = try TestSwitch()
        var phone = try Phone("1002", "127.0.6.2")
        try bench.register(&phone, password: "p2")
        let call = try EstablishedCall(bench)
        bench.handle(
            .reconfigured(
                try TestSwitch.configuration {
                    $0.accounts.removeAll { $0.user == "1002" }
                    $0.routes.removeAll { $0.name == "routes[0]" || $0.pattern == .prefix("b") }
                }))
        #expect(bench.engine.registrationList(now: bench.now).isEmpty)
        #expect(bench.engine.callCount == 1)
        var a = call.a
        bench.send(try a.invite("b100", callID: "later"), from: a)
        _ = try bench.takeResponse(404, to: a.endpoint)
    }

    @Test("TCP: requests in the dialog go back over the connection, whatever the Contact says")
    func connections() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2", port: 40_000)
        a.transport = .tcp
        let invite = try a.invite("600")
        var hop = a.hop
        hop.connection = 77
        bench.receive(invite.serialized(), from: hop)
        let answer = try bench.takeResponse(200, to: a.endpoint)
        bench.receive(try a.follow(invite, answer, .ack).serialized(), from: hop)
        #expect(answer.contacts.first?.sip?.transport == "tcp")
        bench.handle(.hangUp(try #require(bench.engine.callList().first).id))
        let bye = try #require(
            bench.takeAll().first { sent in
                if case .request(let request) = sent.message { return request.method == .bye }
                return false
            })
        #expect(bye.hop.connection == 77)
        #expect(bye.hop.transport == .tcp)
    }
}
