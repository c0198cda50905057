import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.2.2, RFC 4320: non-INVITE server transaction")
struct RFC3261_17_2_2_NonInviteServer {
    /// Feeds events to a machine and collects what it asks for.
    private func effects(of events: [NonInviteServerTransaction.Event], reliable: Bool = false)
        -> [NonInviteServerTransaction.Effect]
    {
        var machine = NonInviteServerTransaction(timers: .init(), isReliable: reliable)
        var effects: [NonInviteServerTransaction.Effect] = []
        for event in events { machine.handle(event, into: &effects) }
        return effects
    }

    private let begin: [NonInviteServerTransaction.Effect] = [
        .arm(.trying, after: .milliseconds(3_500)), .arm(.unanswered, after: .seconds(32)),
    ]

    @Test("repetitions are absorbed in silence until there is an answer, and get it then")
    func repeated() {
        let found = effects(of: [.start, .request, .respond(status: 200), .request])
        #expect(
            found == begin + [
                .disarm(.trying), .disarm(.unanswered), .sendResponse(keep: true), .arm(.j, after: .seconds(32)),
                .repeatResponse,
            ])
    }

    @Test("100 is owed when the client's timer E has reached T2, and not before over UDP")
    func trying() {
        #expect(effects(of: [.start, .respond(status: 100)]) == begin)
        #expect(effects(of: [.start, .timer(.trying), .request]) == begin + [.sendTrying, .repeatResponse])
    }

    @Test("over a reliable transport the user may send 100 at any time")
    func tryingReliable() {
        let found = effects(of: [.start, .respond(status: 100)], reliable: true)
        #expect(found == begin + [.disarm(.trying), .sendResponse(keep: true)])
    }

    @Test("no other provisional response goes out")
    func provisional() {
        #expect(effects(of: [.start, .respond(status: 180), .respond(status: 183)], reliable: true) == begin)
    }

    @Test("408 is swallowed, and ends it")
    func timeoutResponse() {
        let found = effects(of: [.start, .respond(status: 408)])
        #expect(found == begin + [.disarm(.trying), .disarm(.unanswered), .retire])
    }

    @Test("over a reliable transport the answer ends it")
    func reliable() {
        let found = effects(of: [.start, .respond(status: 200)], reliable: true)
        #expect(found == begin + [.disarm(.trying), .disarm(.unanswered), .sendResponse(keep: false), .retire])
    }

    @Test("J ends it; a user that never answers is given up")
    func ends() {
        #expect(effects(of: [.start, .respond(status: 200), .timer(.j)]).last == .retire)
        #expect(effects(of: [.start, .timer(.unanswered)]) == begin + [.timedOut, .retire])
    }

    @Test("the first final response stands")
    func secondFinal() {
        let first = effects(of: [.start, .respond(status: 200)])
        #expect(effects(of: [.start, .respond(status: 200), .respond(status: 500)]) == first)
    }
}
