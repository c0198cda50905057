import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.1.2.2, figure 6: non-INVITE client transaction")
struct RFC3261_17_1_2_NonInviteClient {
    /// Feeds events to a machine and collects what it asks for.
    private func effects(of events: [NonInviteClientTransaction.Event], reliable: Bool = false)
        -> [NonInviteClientTransaction.Effect]
    {
        var machine = NonInviteClientTransaction(timers: .init(), isReliable: reliable)
        var effects: [NonInviteClientTransaction.Effect] = []
        for event in events { machine.handle(event, into: &effects) }
        return effects
    }

    private let begin: [NonInviteClientTransaction.Effect] = [
        .sendRequest, .arm(.f, after: .seconds(32)), .arm(.e, after: .milliseconds(500)),
    ]

    @Test("timer E doubles up to T2: 0.5, 1, 2, 4, 4 s")
    func timerE() {
        let found = effects(of: [.start, .timer(.e), .timer(.e), .timer(.e), .timer(.e)])
        let spans = found.compactMap { effect -> TimeSpan? in
            if case .arm(.e, let span) = effect { span } else { nil }
        }
        #expect(spans == [.milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(4)])
        #expect(found.count { $0 == .sendRequest } == 5)
    }

    @Test("in Proceeding it is sent on, every T2")
    func proceeding() {
        let found = effects(of: [.start, .response(status: 100), .timer(.e)])
        #expect(found == begin + [.deliver, .sendRequest, .arm(.e, after: .seconds(4))])
    }

    @Test("F ends it in both states")
    func timerF() {
        #expect(effects(of: [.start, .timer(.f)]) == begin + [.fail(.timeout), .retire])
        #expect(effects(of: [.start, .response(status: 100), .timer(.f)]).suffix(2) == [.fail(.timeout), .retire])
    }

    @Test("the final response goes up once; repetitions are absorbed until K")
    func completed() {
        let found = effects(of: [.start, .response(status: 200), .response(status: 200), .timer(.k)])
        #expect(found == begin + [.deliver, .disarm(.e), .disarm(.f), .arm(.k, after: .seconds(5)), .retire])
    }

    @Test("over a reliable transport there is neither E nor K")
    func reliable() {
        let found = effects(of: [.start, .response(status: 200)], reliable: true)
        #expect(found == [.sendRequest, .arm(.f, after: .seconds(32)), .deliver, .disarm(.e), .disarm(.f), .retire])
    }

    @Test("a transport error fails it, but not once it has its answer")
    func transportError() {
        #expect(effects(of: [.start, .transportError]) == begin + [.fail(.transport), .retire])
        let answered = effects(of: [.start, .response(status: 200), .transportError])
        #expect(!answered.contains(.fail(.transport)))
    }
}
