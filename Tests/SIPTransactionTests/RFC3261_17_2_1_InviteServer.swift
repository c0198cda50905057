import SIPTransaction
import Testing
import Timing

@Suite("RFC 3261 §17.2.1, RFC 6026 figure 7: INVITE server transaction")
struct RFC3261_17_2_1_InviteServer {
    /// Feeds events to a machine and collects what it asks for.
    private func effects(of events: [InviteServerTransaction.Event], reliable: Bool = false) -> [InviteServerTransaction
        .Effect]
    {
        var machine = InviteServerTransaction(timers: .init(), isReliable: reliable)
        var effects: [InviteServerTransaction.Effect] = []
        for event in events { machine.handle(event, into: &effects) }
        return effects
    }

    private let refusal: [InviteServerTransaction.Effect] = [
        .sendTrying, .sendResponse(keep: true), .arm(.h, after: .seconds(32)), .arm(.g, after: .milliseconds(500)),
    ]

    @Test("100 goes out at once, and again for a repeated INVITE")
    func trying() {
        #expect(effects(of: [.start, .request]) == [.sendTrying, .repeatResponse])
    }

    @Test("each provisional response goes out, and the latest answers a repeated INVITE")
    func provisional() {
        let found = effects(of: [.start, .respond(status: 180), .respond(status: 183), .request])
        #expect(found == [.sendTrying, .sendResponse(keep: true), .sendResponse(keep: true), .repeatResponse])
    }

    @Test("a refusal is repeated at 0.5, 1, 2, 4, 4 s until its ACK")
    func timerG() {
        let found = effects(
            of: [.start, .respond(status: 486), .timer(.g), .timer(.g), .timer(.g), .timer(.g), .ack, .timer(.g)])
        #expect(
            found == refusal + [
                .repeatResponse, .arm(.g, after: .seconds(1)), .repeatResponse, .arm(.g, after: .seconds(2)),
                .repeatResponse, .arm(.g, after: .seconds(4)), .repeatResponse, .arm(.g, after: .seconds(4)),
                .disarm(.g), .disarm(.h), .arm(.i, after: .seconds(5)),
            ])
    }

    @Test("over a reliable transport a refusal is not repeated, and its ACK ends it")
    func reliable() {
        let found = effects(of: [.start, .respond(status: 486), .ack], reliable: true)
        #expect(
            found == [
                .sendTrying, .sendResponse(keep: true), .arm(.h, after: .seconds(32)), .disarm(.g), .disarm(.h),
                .retire,
            ])
    }

    @Test("a refusal without ACK times out")
    func timerH() {
        #expect(effects(of: [.start, .respond(status: 486), .timer(.h)]) == refusal + [.timedOut, .retire])
    }

    @Test("Confirmed absorbs everything until I")
    func confirmed() {
        let found = effects(of: [.start, .respond(status: 486), .ack, .ack, .request, .timer(.h), .timer(.i)])
        #expect(found.suffix(2) == [.arm(.i, after: .seconds(5)), .retire])
    }

    @Test("Accepted absorbs the INVITE, passes ACKs up and 2xx down, until L")
    func accepted() {
        let found = effects(
            of: [
                .start, .respond(status: 200), .request, .ack, .respond(status: 200), .respond(status: 486), .timer(.l),
            ])
        #expect(
            found == [
                .sendTrying, .sendResponse(keep: false), .arm(.l, after: .seconds(32)), .deliverAck,
                .sendResponse(keep: false), .retire,
            ])
    }

    @Test("the first final response stands")
    func secondFinal() {
        #expect(effects(of: [.start, .respond(status: 486), .respond(status: 200)]) == refusal)
    }
}
