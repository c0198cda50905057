import CallControl
import MediaControl
import Octets
import SIPMessage
import SIPTransaction
import Testing
import Timing

@Suite("Media that could belong to several calls moves to another port pair")
struct PortMoves {
    private func port(_ body: [UInt8]) throws -> String {
        let lines = String(decoding: body, as: UTF8.self).split(whereSeparator: \.isNewline)
        let media = try #require(lines.first { $0.hasPrefix("m=audio") })
        return String(media.split(separator: " ")[1])
    }

    /// The media plane's word that a side is ambiguous.
    private func tell(_ bench: TestSwitch, _ side: Side) throws {
        let context = try #require(bench.media.contexts.values.first?.context)
        bench.handle(.media(MediaEvent(.ambiguous, context: context, side: side)))
    }

    private func loads(_ bench: TestSwitch) -> Int {
        bench.media.control.registry.list.reduce(0) { $0 + $1.pair.load }
    }

    @Test("the called side is told of another port; its media moves when it has agreed, the old pair is given up")
    func called() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        let before = try #require(bench.media.contexts.values.first)
        try tell(bench, .b)
        let offer = try bench.takeRequest(.invite, to: call.b.endpoint)
        #expect(try port(offer.body) != port(call.inviteB.body))
        #expect(loads(bench) == 3)
        bench.send(call.b.response(200, to: offer, body: Phone.description(version: 2)), from: call.b)
        _ = try bench.takeRequest(.ack, to: call.b.endpoint)
        let after = try #require(bench.media.contexts.values.first)
        #expect(after.verb == .modify)
        #expect(after.b.portIndex != before.b.portIndex)
        #expect(after.b.localSSRC == before.b.localSSRC)
        #expect(after.a == before.a)
        #expect(after.path == before.path)
        #expect(loads(bench) == 2)
        try call.hangUpA()
        bench.expectQuiet()
        #expect(loads(bench) == 0)
    }

    @Test("the caller is told in the same way, and hears nothing of the called side's moves")
    func calling() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        try tell(bench, .a)
        let offer = try bench.takeRequest(.invite, to: call.a.endpoint)
        #expect(bench.methods(to: call.b.endpoint).isEmpty)
        bench.send(call.a.response(200, to: offer, tag: "x", body: Phone.description(version: 2)), from: call.a)
        _ = try bench.takeRequest(.ack, to: call.a.endpoint)
        try call.hangUpB()
        bench.expectQuiet()
        #expect(loads(bench) == 0)
    }

    @Test("a far end that refuses stays where it is, and the call goes on")
    func refused() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        let before = try #require(bench.media.contexts.values.first)
        try tell(bench, .b)
        let offer = try bench.takeRequest(.invite, to: call.b.endpoint)
        bench.send(call.b.response(488, to: offer), from: call.b)
        _ = try bench.takeRequest(.ack, to: call.b.endpoint)
        #expect(bench.media.contexts.values.first?.b.portIndex == before.b.portIndex)
        #expect(loads(bench) == 2)
        #expect(bench.engine.callCount == 1)
        try call.hangUpB()
        bench.expectQuiet()
        #expect(loads(bench) == 0)
    }

    @Test("while a side moves, a re-INVITE of the other is 491")
    func glare() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        try tell(bench, .b)
        let offer = try bench.takeRequest(.invite, to: call.b.endpoint)
        let hold = try call.a.follow(
            call.inviteA, call.answerA, .invite, body: Phone.description(direction: "sendonly"))
        bench.send(hold, from: call.a)
        _ = try bench.takeResponse(491, to: call.a.endpoint)
        bench.send(call.b.response(200, to: offer, body: Phone.description(version: 2)), from: call.b)
        _ = try bench.takeRequest(.ack, to: call.b.endpoint)
        #expect(loads(bench) == 2)
    }

    @Test("a call that ends while it moves leaves nothing over")
    func ended() throws {
        let bench = try TestSwitch()
        var call = try EstablishedCall(bench)
        try tell(bench, .b)
        _ = try bench.takeRequest(.invite, to: call.b.endpoint)
        try call.hangUpA()
        bench.expectQuiet()
        #expect(loads(bench) == 0)
    }

    @Test("when every pair is as bad, nothing is tried")
    func noPair() throws {
        let bench = try TestSwitch(media: FakeMedia(contexts: 16, pairs: 1))
        let call = try EstablishedCall(bench)
        try tell(bench, .b)
        #expect(bench.methods(to: call.b.endpoint).isEmpty)
        #expect(bench.logs.contains { $0.contains("no port pair is left") })
        #expect(loads(bench) == 2)
    }
}
