import Billing
import CallControl
import Octets
import SIPMessage
import SIPTransaction
import SwitchConfig
import Testing
import Timing

@Suite("New settings while the switch runs")
struct NewSettings {
    private func configuration(_ t1: Int) throws -> Configuration {
        try TestSwitch.configuration { $0.sip.timers.t1Milliseconds = t1 }
    }

    /// Answers a call and never acknowledges; the caller.
    private func answerWithoutAck(_ bench: TestSwitch, callID: String) throws -> Phone {
        var a = try Phone("alice", "127.0.5.2")
        let b = try Phone("bob", "127.0.5.3")
        bench.send(try a.invite("b100", callID: callID), from: a)
        let invite = try bench.takeRequest(.invite, to: b.endpoint)
        bench.send(b.response(200, to: invite, body: Phone.sdp), from: b)
        _ = bench.takeAll()
        return a
    }

    @Test("the 200's repetitions and the wait for its ACK follow sip.timers")
    func sessionTimers() throws {
        let bench = try TestSwitch(configuration(50))
        let a = try answerWithoutAck(bench, callID: "c1")
        bench.advance(.milliseconds(400))
        // After 50, 150 and 350 ms.
        #expect(bench.statuses(to: a.endpoint) == [200, 200, 200])
        bench.advance(.milliseconds(50 * 64))
        _ = try bench.takeRequest(.bye, to: a.endpoint)
        #expect(bench.logs.contains { $0.contains("no ACK from leg 1 ") })
    }

    @Test("SIGHUP changes the timers of what begins after it")
    func reload() throws {
        let bench = try TestSwitch(configuration(50))
        bench.handle(.reconfigured(try configuration(100)))
        let a = try answerWithoutAck(bench, callID: "c1")
        bench.advance(.milliseconds(400))
        // After 100 and 300 ms.
        #expect(bench.statuses(to: a.endpoint) == [200, 200])
        var other = try Phone("alice", "127.0.5.2")
        bench.send(try other.invite("b100", callID: "c2"), from: other)
        let b = try Phone("bob", "127.0.5.3")
        _ = bench.takeAll()
        bench.advance(.milliseconds(400))
        #expect(bench.methods(to: b.endpoint).filter { $0 == .invite }.count == 2)
    }

    @Test("SIGHUP changes what brings a ban")
    func bans() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.limits.banFailures = 50 })
        bench.handle(.reconfigured(try TestSwitch.configuration { $0.sip.limits.banFailures = 2 }))
        let phone = try Phone("x", "127.0.8.1")
        for _ in 0..<2 { bench.receive(Array("INVITE nothing\r\n\r\n".utf8), from: phone.hop) }
        #expect(bench.engine.bannedCount(now: bench.now) == 1)
    }
}

@Suite("Who is not even read")
struct Silence {
    private static let nothing = Array("INVITE nothing\r\n\r\n".utf8)

    private func isSilenced(_ bench: TestSwitch, _ phone: Phone) -> Bool {
        bench.engine.isSilenced(phone.endpoint.address, now: bench.now)
    }

    @Test("a banned address is not read until its ban ends; trunks and proven phones always are")
    func ban() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.limits.banFailures = 3 })
        let stranger = try Phone("x", "127.0.8.9")
        let trunk = try Phone("alice", "127.0.5.2")
        var known = try Phone("1001", "127.0.8.1")
        try bench.register(&known, password: "p1")
        for phone in [stranger, trunk, known] {
            for _ in 0..<5 { bench.receive(Self.nothing, from: phone.hop) }
        }
        #expect(isSilenced(bench, stranger))
        #expect(!isSilenced(bench, trunk) && !isSilenced(bench, known))
        bench.advance(.seconds(300))
        #expect(!isSilenced(bench, stranger))
    }

    @Test("an address that a call has its signalling at is read in spite of a ban, as long as the call lasts")
    func call() throws {
        let bench = try TestSwitch(TestSwitch.configuration { $0.sip.limits.banFailures = 3 })
        var call = try EstablishedCall(bench)
        for _ in 0..<3 { bench.receive(Self.nothing, from: call.b.hop) }
        #expect(bench.engine.bannedCount(now: bench.now) == 1)
        #expect(!isSilenced(bench, call.b))
        try call.hangUpA()
        #expect(isSilenced(bench, call.b))
        bench.expectQuiet()
    }
}
