import Billing
import CallControl
import Octets
import Registrar
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

@Suite("Who may do what")
struct Admission {
    @Test("an INVITE from an unknown source is challenged and routed nowhere; no state is kept")
    func unknownSource() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        for number in 0..<50 {
            let invite = try a.invite("b100", callID: "c\(number)")
            bench.send(invite, from: a)
            let challenge = try bench.takeResponse(407, to: a.endpoint)
            bench.send(try a.ack(invite, challenge), from: a)
        }
        #expect(bench.takeAll().isEmpty)
        #expect(bench.engine.serverTransactionCount == 0)
        #expect(bench.engine.callCount == 0)
        #expect(bench.records.isEmpty)
        #expect(bench.engine.bannedCount(now: bench.now) == 0)
    }

    @Test("copies of one request get one answer: the To tag is the same")
    func statelessTag() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        let invite = try a.invite("b100")
        bench.send(invite, from: a)
        bench.send(invite, from: a)
        let first = try bench.takeResponse(407, to: a.endpoint)
        let second = try bench.takeResponse(407, to: a.endpoint)
        #expect(first.to?.tag != nil)
        #expect(first.to?.tag == second.to?.tag)
    }

    @Test("received and rport are written into stateless answers")
    func symmetric() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        var options = try a.request(.options, to: "")
        var via = try options.topVia()
        via.askForRport()
        options.setTopVia(via)
        var hop = a.hop
        hop.remote.port = 33_333
        bench.receive(options.serialized(), from: hop)
        let answer = try bench.takeResponse(200, to: hop.remote)
        #expect(try answer.topVia().rport == 33_333)
        #expect(try answer.topVia().received == "127.0.8.1")
    }

    @Test("an account calls with its password; its asserted identity goes to the trunk")
    func account() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        let b = try Phone("bob", "127.0.5.3")
        _ = try bench.invite("b100", by: &a, password: "p1")
        let inviteB = try bench.takeRequest(.invite, to: b.endpoint)
        #expect(inviteB.assertedIdentities.first?.sip?.description == "sip:1001@tandem.test")
        #expect(try bench.record(1).parties.account == "1001")
    }

    @Test("a retransmitted INVITE with credentials is not taken for a replay")
    func retransmission() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        let invite = try bench.invite("b100", by: &a, password: "p1")
        bench.send(invite, from: a)
        #expect(!bench.statuses(to: a.endpoint).contains(407))
        #expect(bench.engine.callCount == 1)
    }

    @Test("a forged From is 403; what allow_from names is not")
    func forged() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        _ = try bench.invite("b100", by: &a, password: "p1", from: "1002")
        _ = try bench.takeResponse(403, to: a.endpoint)
        var c = try Phone("1003", "127.0.8.3")
        _ = try bench.invite("b100", by: &c, password: "p3", callID: "c3", from: "5555")
        _ = try bench.takeRequest(.invite, to: Phone("bob", "127.0.5.3").endpoint)
    }

    @Test("an account's foreign P-Asserted-Identity is stripped, a trunk's is passed to trunks")
    func asserted() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        let b = try Phone("bob", "127.0.5.3")
        let lines: [(HeaderName, String)] = [(.pAssertedIdentity, "<sip:777@bank.test>")]
        _ = try bench.invite("b100", by: &a, password: "p1", lines: lines)
        let first = try bench.takeRequest(.invite, to: b.endpoint)
        #expect(first.assertedIdentities.compactMap { $0.sip?.user } == ["1001"])
        var t = try Phone("alice", "127.0.5.2")
        bench.send(try t.invite("b100", callID: "c2", lines: lines), from: t)
        let second = try bench.takeRequest(.invite, to: b.endpoint)
        #expect(second.assertedIdentities.compactMap { $0.sip?.user } == ["777"])
    }

    @Test("a caller who wants privacy is anonymous to phones and known to trunks")
    func privacy() throws {
        let bench = try TestSwitch()
        var phone = try Phone("1002", "127.0.6.2")
        try bench.register(&phone, password: "p2")
        var t = try Phone("alice", "127.0.5.2")
        let lines: [(HeaderName, String)] = [(.pAssertedIdentity, "<sip:777@bank.test>"), (.privacy, "id")]
        bench.send(try t.invite("1002", lines: lines), from: t)
        let toPhone = try bench.takeRequest(.invite, to: phone.endpoint)
        #expect(toPhone.from?.sip?.host == "anonymous.invalid")
        #expect(toPhone.assertedIdentities.isEmpty)
        bench.send(try t.invite("b1", callID: "c2", lines: lines), from: t)
        let toTrunk = try bench.takeRequest(.invite, to: Phone("bob", "127.0.5.3").endpoint)
        #expect(toTrunk.assertedIdentities.first?.uri.user == "777")
        #expect(toTrunk.fields.first(.privacy) == "id")
    }

    @Test("an account is not asked to route other domains")
    func foreignDomain() throws {
        let bench = try TestSwitch()
        var a = try Phone("1001", "127.0.8.1")
        let first = try a.request(.invite, to: "b100", host: "example.com", body: Phone.sdp)
        bench.send(first, from: a)
        let challenge = try bench.takeResponse(407, to: a.endpoint)
        var second = try a.request(.invite, to: "b100", host: "example.com", callID: "c2", body: Phone.sdp)
        bench.authorize(&second, challenge, user: "1001", password: "p1")
        bench.send(second, from: a)
        _ = try bench.takeResponse(404, to: a.endpoint)
    }

    @Test("REGISTER: wrong password 401 again, right one stores a binding that calls reach")
    func registration() throws {
        let bench = try TestSwitch()
        var phone = try Phone("1002", "127.0.6.2")
        #expect(try bench.register(&phone, password: "wrong").status == 401)
        #expect(bench.engine.counts.failedAuthentications == 1)
        #expect(try bench.register(&phone, password: "p2").status == 200)
        #expect(bench.bindings.count == 1)
        #expect(bench.engine.registrationList(now: bench.now).count == 1)
        var t = try Phone("alice", "127.0.5.2")
        bench.send(try t.invite("1002"), from: t)
        let invite = try bench.takeRequest(.invite, to: phone.endpoint)
        #expect(invite.uri.user == "1002")
    }

    @Test("registrations of an earlier run are called")
    func restored() throws {
        let first = try TestSwitch()
        var phone = try Phone("1002", "127.0.6.2")
        try first.register(&phone, password: "p2")
        let second = try TestSwitch()
        second.handle(
            .restore(
                first.bindings.compactMap { change in
                    if case .stored(let row) = change { return row }
                    return nil
                }))
        var t = try Phone("alice", "127.0.5.2")
        second.send(try t.invite("1002"), from: t)
        _ = try second.takeRequest(.invite, to: phone.endpoint)
    }
}

@Suite("Limits and bans")
struct LimitsAndBans {
    private func configuration(_ change: @escaping (inout LimitSettings) -> Void) throws -> Configuration {
        try TestSwitch.configuration { change(&$0.sip.limits) }
    }

    @Test("failed authentications bring a ban; a call that runs goes on; the ban ends")
    func ban() throws {
        let bench = try TestSwitch(configuration { $0.banFailures = 5 })
        var phone = try Phone("1001", "127.0.8.1")
        for _ in 0..<5 { _ = try? bench.register(&phone, password: "wrong") }
        #expect(bench.engine.bannedCount(now: bench.now) == 1)
        bench.send(try phone.request(.options, to: ""), from: phone)
        #expect(bench.takeAll().isEmpty)
        bench.advance(.seconds(300))
        bench.send(try phone.request(.options, to: ""), from: phone)
        _ = try bench.takeResponse(200, to: phone.endpoint)
    }

    @Test("malformed messages count too; OPTIONS and challenges do not")
    func malformed() throws {
        let bench = try TestSwitch(configuration { $0.banFailures = 5 })
        var phone = try Phone("1001", "127.0.8.1")
        for number in 0..<20 {
            bench.send(try phone.request(.options, to: "", callID: "o\(number)"), from: phone)
            bench.send(try phone.invite("b1", callID: "i\(number)"), from: phone)
        }
        #expect(bench.engine.bannedCount(now: bench.now) == 0)
        for _ in 0..<5 { bench.receive(Array("INVITE nothing\r\n\r\n".utf8), from: phone.hop) }
        #expect(bench.engine.bannedCount(now: bench.now) == 1)
    }

    @Test("trunks, trusted sources and authenticated accounts are exempt")
    func exempt() throws {
        let bench = try TestSwitch(
            TestSwitch.configuration {
                $0.sip.limits.banFailures = 3
                $0.sip.trusted = [AddressRange(text: "127.0.9.0/24")].compactMap { $0 }
            })
        var known = try Phone("1001", "127.0.8.1")
        try bench.register(&known, password: "p1")
        for address in ["127.0.5.2", "127.0.9.7", "127.0.8.1"] {
            let source = try Phone("x", address)
            for _ in 0..<10 { bench.receive(Array("INVITE nothing\r\n\r\n".utf8), from: source.hop) }
        }
        #expect(bench.engine.bannedCount(now: bench.now) == 0)
        bench.receive(Array("INVITE nothing\r\n\r\n".utf8), from: try Phone("x", "127.0.9.9").hop)
    }

    @Test("200 calls a second from one trunk are all taken")
    func trunkRate() throws {
        let bench = try TestSwitch(media: FakeMedia(contexts: 512, pairs: 64))
        var a = try Phone("alice", "127.0.5.2")
        for number in 0..<200 {
            bench.send(try a.invite("b100", callID: "c\(number)"), from: a)
            bench.advance(.milliseconds(5))
        }
        #expect(bench.engine.callCount == 200)
    }

    @Test("over the call rate: 503 with Retry-After, no state; emergency calls pass")
    func overload() throws {
        let bench = try TestSwitch(configuration { $0.callsPerSecond = 2 })
        var a = try Phone("alice", "127.0.5.2")
        for number in 0..<3 { bench.send(try a.invite("b100", callID: "c\(number)"), from: a) }
        #expect(bench.engine.callCount == 2)
        #expect(try bench.takeResponse(503, to: a.endpoint).retryAfter != nil)
        bench.send(try a.invite("112", callID: "sos"), from: a)
        #expect(bench.engine.callCount == 3)
        bench.advance(.seconds(1))
        bench.send(try a.invite("b100", callID: "later"), from: a)
        #expect(bench.engine.callCount == 4)
    }

    @Test("an account's own number of calls: the called one is busy")
    func perParty() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.accounts[1].maxCalls = 1 })
        var phone = try Phone("1002", "127.0.6.2")
        try bench.register(&phone, password: "p2")
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("1002"), from: a)
        _ = try bench.takeRequest(.invite, to: phone.endpoint)
        bench.send(try a.invite("1002", callID: "c2"), from: a)
        _ = try bench.takeResponse(486, to: a.endpoint)
    }

    @Test("no disk for records: new calls are refused, emergency ones are not")
    func fullDisk() throws {
        let bench = try TestSwitch()
        bench.handle(.billing(accepting: false))
        var a = try Phone("alice", "127.0.5.2")
        bench.send(try a.invite("b100"), from: a)
        _ = try bench.takeResponse(503, to: a.endpoint)
        bench.send(try a.invite("112", callID: "c2"), from: a)
        #expect(bench.engine.callCount == 1)
        bench.handle(.billing(accepting: true))
        bench.send(try a.invite("b100", callID: "c3"), from: a)
        #expect(bench.engine.callCount == 2)
    }
}
