import Billing
import CallControl
import Octets
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

@Suite("Calls that come to nothing")
struct Failures {
    private func refused(_ status: Int, lines: [(HeaderName, String)] = []) throws -> (TestSwitch, SIPResponse) {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        let inviteA = try a.invite("b100")
        bench.send(inviteA, from: a)
        let inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        bench.send(b.response(status, to: inviteB, lines: lines), from: b)
        _ = try bench.takeRequest(.ack, to: b.endpoint)
        let sent = bench.takeAll().compactMap { sent -> SIPResponse? in
            if case .response(let response) = sent.message { return response }
            return nil
        }
        let final = try #require(sent.last)
        bench.send(try a.ack(inviteA, final), from: a)
        return (bench, final)
    }

    @Test("busy: 486 and Q.850 17 pass, both rows say busy")
    func busy() throws {
        let (bench, response) = try refused(486)
        #expect(response.status == 486)
        #expect(response.reasons.first?.cause == 17)
        for leg in [1, 2] {
            #expect(try bench.record(leg).outcome.disposition == .busy)
            #expect(try bench.record(leg).outcome.cause == .userBusy)
            #expect(try bench.record(leg).outcome.sipStatus == 486)
        }
        #expect(try bench.record(1).route.tried.map(\.trunk) == ["out"])
        bench.expectQuiet()
    }

    @Test("the called side's own Q.850 cause passes in Reason")
    func reason() throws {
        let (bench, response) = try refused(480, lines: [(.reason, "Q.850;cause=31")])
        #expect(response.reasons.first?.cause == 31)
        #expect(try bench.record(1).outcome.causeSource == .received)
    }

    @Test("a challenge that we cannot answer is no challenge to the caller")
    func challenge() throws {
        let (_, response) = try refused(401)
        #expect(response.status == 502)
    }

    @Test("rings and nobody answers: CANCEL, 480 with Q.850 19, no_answer")
    func noAnswer() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.noAnswerSeconds = 20 })
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        let inviteA = try a.invite("b100")
        bench.send(inviteA, from: a)
        let inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        bench.send(b.response(180, to: inviteB), from: b)
        bench.advance(.seconds(20))
        let cancel = try bench.takeRequest(.cancel, to: b.endpoint)
        #expect(cancel.reasons.first?.cause == 19)
        let refusal = try bench.takeResponse(480, to: a.endpoint)
        #expect(refusal.reasons.first?.cause == 19)
        bench.send(try a.ack(inviteA, refusal), from: a)
        bench.send(b.response(200, to: cancel), from: b)
        bench.send(b.response(487, to: inviteB), from: b)
        for leg in [1, 2] {
            #expect(try bench.record(leg).outcome.disposition == .noAnswer)
            #expect(try bench.record(leg).outcome.cause == .noAnswer)
        }
        bench.expectQuiet()
    }

    @Test("says nothing at all: 408 with Q.850 18 after 64 T1")
    func silent() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let inviteA = try a.invite("b100")
        bench.send(inviteA, from: a)
        bench.advance(.seconds(33))
        let refusal = try bench.takeResponse(408, to: a.endpoint)
        #expect(refusal.reasons.first?.cause == 18)
        bench.send(try a.ack(inviteA, refusal), from: a)
        bench.expectQuiet()
    }

    @Test(
        "a trunk that says 503, or cannot be reached, gives way to the next; the row of the second tells of the first")
    func failover() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        let c = try Phone("carol", "127.0.5.4")
        bench.send(try a.invite("f100"), from: a)
        let inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        bench.send(b.response(503, to: inviteB), from: b)
        let inviteC = try bench.takeRequest(.invite, to: c.endpoint)
        bench.send(c.response(486, to: inviteC), from: c)
        let refusal = try bench.takeResponse(486, to: a.endpoint)
        #expect(refusal.status == 486)
        #expect(
            try bench.record(3).route.tried.first
                == TriedRoute(
                    trunk: "out", sipStatus: 503, cause: .temporaryFailure, milliseconds: 0))
        // The next call goes to the healthy one first, and back when a rest is over.
        bench.send(try a.invite("f100", callID: "call-2"), from: a)
        let second = try bench.takeRequest(.invite, to: c.endpoint)
        bench.send(c.response(486, to: second), from: c)
        bench.advance(.seconds(6))
        bench.send(try a.invite("f100", callID: "call-3"), from: a)
        let third = try bench.takeRequest(.invite, to: b.endpoint)
        bench.handle(
            .transportFailed(
                Hop(
                    transport: .udp, remote: b.endpoint, local: TestSwitch.address)))
        _ = third
        _ = try bench.takeRequest(.invite, to: c.endpoint)
    }

    @Test("404 for a number that leads nowhere, 484 and others untouched by us; one row")
    func unknownNumber() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("zzz"), from: a)
        let refusal = try bench.takeResponse(404, to: a.endpoint)
        #expect(refusal.reasons.first?.cause == 1)
        #expect(bench.records.count == 1)
        #expect(try bench.record(1).outcome.disposition == .failed)
    }

    @Test("media pool exhausted: 503 with Q.850 34 before anybody rings; emergency calls pass capacity")
    func noMedia() throws {
        let bench = try TestSwitch(media: FakeMedia(capacity: 100))
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("b100"), from: a)
        let refusal = try bench.takeResponse(503, to: a.endpoint)
        #expect(refusal.reasons.first?.cause == 34)
        #expect(refusal.retryAfter != nil)
        bench.send(try a.invite("112", callID: "call-2"), from: a)
        _ = try bench.takeRequest(.invite, to: Phone("bob", "127.0.5.3").endpoint)
    }

    @Test("415 and 406 for bodies that are not ours, 488 with Warning for no codec, 400 for a broken description")
    func content() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        var odd = try a.invite("b100")
        odd.contentType = "application/unknownformat"
        bench.send(odd, from: a)
        #expect(try bench.takeResponse(415, to: a.endpoint).fields.first(.accept) == "application/sdp")
        bench.send(try a.invite("b100", callID: "c2", lines: [(.accept, "text/plain")]), from: a)
        _ = try bench.takeResponse(406, to: a.endpoint)
        bench.send(try a.invite("b100", callID: "c3", body: Phone.description(formats: "18")), from: a)
        #expect(try bench.takeResponse(488, to: a.endpoint).warnings.first?.code == 305)
        bench.send(try a.invite("b100", callID: "c4", body: "nonsense"), from: a)
        _ = try bench.takeResponse(400, to: a.endpoint)
        #expect(bench.methods(to: try Phone("bob", "127.0.5.3").endpoint).isEmpty)
    }
}

@Suite("Redirections")
struct Redirections {
    private func call(_ bench: TestSwitch) throws -> (Phone, Phone, SIPRequest) {
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        bench.send(try a.invite("b100"), from: a)
        return (a, b, try bench.takeRequest(.invite, to: b.endpoint))
    }

    @Test("302 to another place is followed, its answer counts")
    func followed() throws {
        let bench = try TestSwitch()
        let (a, b, inviteB) = try call(bench)
        let c = try Phone("carol", "127.0.7.7")
        bench.send(b.response(302, to: inviteB).with(contact: "<sip:carol@127.0.7.7>"), from: b)
        let inviteC = try bench.takeRequest(.invite, to: c.endpoint)
        bench.send(c.response(200, to: inviteC, body: Phone.sdp), from: c)
        _ = try bench.takeResponse(200, to: a.endpoint)
    }

    @Test("302 to a number of ours goes by the dial plan")
    func local() throws {
        let bench = try TestSwitch()
        let (_, b, inviteB) = try call(bench)
        bench.send(b.response(302, to: inviteB).with(contact: "<sip:b200@tandem.test>"), from: b)
        let again = try bench.takeRequest(.invite, to: b.endpoint)
        #expect(again.uri.user == "b200")
    }

    @Test("back to where it was: a loop, 480")
    func loop() throws {
        let bench = try TestSwitch()
        let (a, b, inviteB) = try call(bench)
        bench.send(b.response(302, to: inviteB).with(contact: "<sip:b100@tandem.test>"), from: b)
        _ = try bench.takeResponse(480, to: a.endpoint)
    }

    @Test("the sixth in a row is not followed")
    func limit() throws {
        let bench = try TestSwitch()
        var (a, b, invite) = try call(bench)
        for number in 1...6 {
            bench.send(b.response(302, to: invite).with(contact: "<sip:b\(number)@tandem.test>"), from: b)
            _ = try bench.takeRequest(.ack, to: b.endpoint)
            if number < 6 { invite = try bench.takeRequest(.invite, to: b.endpoint) }
        }
        _ = try bench.takeResponse(480, to: a.endpoint)
    }

    @Test("a host name in a redirection is resolved by the shell")
    func name() throws {
        let bench = try TestSwitch()
        let (a, b, inviteB) = try call(bench)
        bench.send(b.response(302, to: inviteB).with(contact: "<sip:x@elsewhere.test>"), from: b)
        let lookup = try #require(bench.lookups.first)
        #expect(lookup.host == "elsewhere.test")
        let there = try Phone("x", "127.0.7.8")
        bench.handle(.resolved(lookup.token, [there.endpoint]))
        _ = try bench.takeRequest(.invite, to: there.endpoint)
        _ = a
    }
}

extension SIPResponse {
    fileprivate func with(contact: String) -> SIPResponse {
        var response = self
        response.fields.set(.contact, contact)
        return response
    }
}

@Suite("Several phones of one account")
struct Forks {
    private func bench() throws -> (TestSwitch, Phone, Phone, Phone) {
        let bench = try TestSwitch()
        var one = try Phone("1001", "127.0.6.1")
        var two = try Phone("1001", "127.0.6.2")
        try bench.register(&one, password: "p1")
        try bench.register(&two, password: "p1")
        return (bench, try Phone("alice", "127.0.5.2"), one, two)
    }

    @Test("all ring; the first answer wins, the others are cancelled with Reason")
    func firstWins() throws {
        var (bench, a, one, two) = try bench()
        let inviteA = try a.invite("1001")
        bench.send(inviteA, from: a)
        let inviteOne = try bench.takeRequest(.invite, to: one.endpoint)
        let inviteTwo = try bench.takeRequest(.invite, to: two.endpoint)
        for (phone, invite) in [(one, inviteOne), (two, inviteTwo)] {
            bench.send(phone.response(180, to: invite), from: phone)
        }
        #expect(bench.statuses(to: a.endpoint) == [180])
        bench.send(two.response(200, to: inviteTwo, body: Phone.sdp), from: two)
        let cancel = try bench.takeRequest(.cancel, to: one.endpoint)
        #expect(cancel.fields.first(.reason) == "SIP;cause=200;text=\"Call completed elsewhere\"")
        bench.send(one.response(200, to: cancel), from: one)
        bench.send(one.response(487, to: inviteOne), from: one)
        let answer = try bench.takeResponse(200, to: a.endpoint)
        bench.send(try a.follow(inviteA, answer, .ack), from: a)
        bench.advance(.seconds(1))
        bench.send(try a.follow(inviteA, answer, .bye), from: a)
        let bye = try bench.takeRequest(.bye, to: two.endpoint)
        bench.send(two.response(200, to: bye), from: two)
        #expect(bench.records.map { $0.outcome.disposition } == [.answered, .cancelled, .answered])
        #expect(try bench.record(2).outcome.cause == .answeredElsewhere)
        bench.expectQuiet()
    }

    @Test("two answer at once: the second gets ACK and BYE")
    func twoAnswers() throws {
        var (bench, a, one, two) = try bench()
        bench.send(try a.invite("1001"), from: a)
        let inviteOne = try bench.takeRequest(.invite, to: one.endpoint)
        let inviteTwo = try bench.takeRequest(.invite, to: two.endpoint)
        bench.send(two.response(200, to: inviteTwo, body: Phone.sdp), from: two)
        bench.send(one.response(200, to: inviteOne, body: Phone.sdp), from: one)
        _ = try bench.takeRequest(.ack, to: one.endpoint)
        _ = try bench.takeRequest(.bye, to: one.endpoint)
        #expect(!bench.methods(to: two.endpoint).contains(.bye))
        #expect(bench.statuses(to: a.endpoint) == [200])
    }

    @Test("one busy, the other rings on; both busy is busy; 603 ends all at once")
    func busy() throws {
        var (bench, a, one, two) = try bench()
        bench.send(try a.invite("1001"), from: a)
        let inviteOne = try bench.takeRequest(.invite, to: one.endpoint)
        let inviteTwo = try bench.takeRequest(.invite, to: two.endpoint)
        bench.send(one.response(486, to: inviteOne), from: one)
        #expect(bench.statuses(to: a.endpoint).isEmpty)
        bench.send(two.response(480, to: inviteTwo), from: two)
        _ = try bench.takeResponse(486, to: a.endpoint)

        bench.send(try a.invite("1001", callID: "call-2"), from: a)
        let again = try bench.takeRequest(.invite, to: one.endpoint)
        bench.send(two.response(180, to: try bench.takeRequest(.invite, to: two.endpoint)), from: two)
        bench.send(one.response(603, to: again), from: one)
        _ = try bench.takeRequest(.cancel, to: two.endpoint)
        _ = try bench.takeResponse(603, to: a.endpoint)
    }

    @Test("an account without a phone is 480 at once, and no unanswered call")
    func absent() throws {
        let bench = try TestSwitch()
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("1001"), from: a)
        #expect(try bench.takeResponse(480, to: a.endpoint).reasons.first?.cause == 20)
        #expect(try bench.record(1).outcome.disposition == .failed)
    }
}
