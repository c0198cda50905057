import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.1.1.2, RFC 6026 figure 5: INVITE client transaction")
struct RFC3261_17_1_1_InviteClient {
    /// Feeds events to a machine and collects what it asks for.
    private func effects(of events: [InviteClientTransaction.Event], reliable: Bool = false) -> [InviteClientTransaction
        .Effect]
    {
        var machine = InviteClientTransaction(timers: .init(), isReliable: reliable)
        var effects: [InviteClientTransaction.Effect] = []
        for event in events { machine.handle(event, into: &effects) }
        return effects
    }

    private let begin: [InviteClientTransaction.Effect] = [
        .sendRequest, .arm(.b, after: .seconds(32)), .arm(.a, after: .milliseconds(500)),
    ]

    @Test("timer A doubles without bound: 0.5, 1, 2, 4, 8 s")
    func timerADoubles() {
        let found = effects(of: [.start, .timer(.a), .timer(.a), .timer(.a), .timer(.a)])
        #expect(
            found == begin + [
                .sendRequest, .arm(.a, after: .seconds(1)), .sendRequest, .arm(.a, after: .seconds(2)),
                .sendRequest, .arm(.a, after: .seconds(4)), .sendRequest, .arm(.a, after: .seconds(8)),
            ])
    }

    @Test("over a reliable transport there is no timer A, and D is zero")
    func reliable() {
        #expect(effects(of: [.start], reliable: true) == [.sendRequest, .arm(.b, after: .seconds(32))])
        let refused = effects(of: [.start, .response(status: 486)], reliable: true)
        #expect(refused.suffix(3) == [.sendAck, .deliver, .retire])
    }

    @Test("timer B ends a call that nobody answers")
    func timerB() {
        #expect(effects(of: [.start, .timer(.b)]) == begin + [.fail(.timeout), .retire])
    }

    @Test("a provisional response stops A and B for good")
    func proceeding() {
        let found = effects(of: [.start, .response(status: 100), .timer(.a), .response(status: 180)])
        #expect(found == begin + [.disarm(.a), .disarm(.b), .deliver, .deliver])
    }

    @Test("300-699 is acknowledged here, each time it comes, and delivered once")
    func finalResponse() {
        let found = effects(of: [.start, .response(status: 486), .response(status: 486), .response(status: 180)])
        #expect(
            found == begin + [
                .disarm(.a), .disarm(.b), .sendAck, .deliver, .arm(.d, after: .seconds(32)), .sendAck,
            ])
    }

    @Test("D ends it; so does a transport error, with a notice")
    func timerD() {
        #expect(effects(of: [.start, .response(status: 404), .timer(.d)]).last == .retire)
        let failed = effects(of: [.start, .response(status: 404), .transportError])
        #expect(failed.suffix(2) == [.fail(.transport), .retire])
    }

    @Test("2xx goes up every time until timer M, and is never acknowledged here")
    func accepted() {
        let found = effects(of: [.start, .response(status: 200), .response(status: 200), .response(status: 486)])
        #expect(
            found == begin + [.disarm(.a), .disarm(.b), .deliver, .arm(.m, after: .seconds(32)), .deliver])
        #expect(effects(of: [.start, .response(status: 200), .timer(.m)]).last == .retire)
    }

    @Test("64·T1 after a CANCEL without final response it is over")
    func cancelled() {
        let found = effects(of: [.start, .response(status: 180), .cancelled, .timer(.b)])
        #expect(found.suffix(3) == [.arm(.b, after: .seconds(32)), .fail(.timeout), .retire])
        let answered = effects(of: [.start, .response(status: 180), .cancelled, .response(status: 487)])
        #expect(answered.contains(.disarm(.b)))
    }

    @Test("nothing happens after the end")
    func terminated() {
        let end = effects(of: [.start, .timer(.b)])
        #expect(effects(of: [.start, .timer(.b), .response(status: 200), .timer(.a), .transportError]) == end)
    }

    @Test("a transport error while calling fails at once")
    func transportError() {
        #expect(effects(of: [.start, .transportError]) == begin + [.fail(.transport), .retire])
    }
}
