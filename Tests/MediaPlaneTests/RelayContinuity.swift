import MediaControl
import Octets
import PacketDemux
import RTP
import Testing
import Timing

/// True when numbers follow each other and timestamps step by `samples`.
func isEven(_ heard: [Heard], samples: UInt32 = 160) -> Bool {
    zip(heard, heard.dropFirst()).allSatisfy { left, right in
        right.sequence == left.sequence &+ 1 && right.timestamp == left.timestamp &+ samples && right.ssrc == left.ssrc
    }
}

@Suite("RFC 3550 §5.1, §8 the relayed stream is one of ours, unbroken")
struct RelayContinuity {
    @Test("payload as it came; source, numbers and payload type are ours; both directions")
    func rewriting() throws {
        let call = Call()
        let payload = (0..<160).map { UInt8($0) }
        let first = try #require(call.aliceSends(call.alice.speak(payload)).first)
        #expect(first.payload == payload && first.ssrc == 0xbbbb_0001 && first.type == 0 && first.marker)
        let back = try #require(call.bobSends(call.bob.speak(payload)).first)
        #expect(back.ssrc == 0xaaaa_0001 && back.payload == payload)
        #expect(first.sequence != call.alice.sequence &- 1 || first.timestamp != 5000)
    }

    @Test("numbers and timestamps keep the far end's steps across every wrap; all leave from the other side's pair")
    func wraps() throws {
        let call = Call()
        var last = try #require(call.aliceSends(call.alice.speak()).first)
        for step in 1..<2000 {
            let sequence = call.alice.sequence &- 1
            let timestamp = call.alice.timestamp &- 160
            call.alice.sequence = sequence &+ UInt16(1 + step * 37 % 2900)
            call.alice.timestamp = timestamp &+ UInt32(160 * (1 + step % 3))
            call.bench.stall(milliseconds: 20)
            call.bench.arrive(call.alice.speak([1, 2]), from: call.alice.endpoint, pair: 0)
            call.alice.timestamp &+= 158
            call.bench.deliver()
            let sent = call.bench.takeSent()
            let heard = try #require(sent.first.flatMap(Heard.init))
            #expect(sent.first?.port.pair == 1 && heard.ssrc == last.ssrc)
            #expect(heard.sequence &- last.sequence == UInt16(1 + step * 37 % 2900))
            #expect(heard.timestamp &- last.timestamp == UInt32(160 * (1 + step % 3)))
            last = heard
        }
    }

    @Test("the marker is kept")
    func marker() {
        let call = Call()
        _ = call.aliceSends(call.alice.speak())
        #expect(call.aliceSends(call.alice.speak()).map(\.marker) == [false])
        #expect(call.aliceSends(call.alice.speak(marker: true)).map(\.marker) == [true])
    }

    @Test("another source goes on where the last one stopped, timestamp by the time that passed, with a marker")
    func sourceChange() throws {
        let call = Call()
        let before = try #require(call.aliceSpeaks(50).last)
        call.bench.run(milliseconds: 480)
        call.alice.ssrc = 0xcafe
        call.alice.sequence = 60_000
        call.alice.timestamp = 4_000_000_000
        let after = call.aliceSpeaks(50)
        let first = try #require(after.first)
        #expect(after.count == 50 && isEven(after))
        #expect(first.sequence == before.sequence &+ 1 && first.timestamp == before.timestamp &+ 4000)
        #expect(first.marker && first.ssrc == before.ssrc)
    }

    @Test("losses stay gaps, late packets keep their place, doubles go no further")
    func lossAndOrder() {
        let call = Call()
        var heard = call.aliceSpeaks(2)
        let late = call.alice.speak()
        call.alice.step(160)
        heard += call.aliceSends(call.alice.speak())
        heard += call.aliceSends(late)
        heard += call.aliceSends(late)
        let base = heard[0].sequence
        #expect(heard.map { $0.sequence &- base } == [0, 1, 4, 2])
        #expect(heard.map { $0.timestamp &- heard[0].timestamp } == [0, 160, 640, 320])
        call.bench.run(milliseconds: 260)
        let counters = call.bench.counters(call.context, .a)
        #expect(counters.duplicatesIn == 1 && counters.reorderedIn == 1 && counters.packetsIn == 5)
    }

    @Test("a late packet from before a change of source does not take a number of the old stream")
    func lateAcrossChange() throws {
        let call = Call()
        _ = call.aliceSpeaks(10)
        call.alice.ssrc = 0xcafe
        let late = call.alice.speak()
        let first = try #require(call.aliceSends(call.alice.speak()).first)
        #expect(call.aliceSends(late).isEmpty)
        #expect(call.aliceSends(call.alice.speak()).map(\.sequence) == [first.sequence &+ 1])
    }

    @Test("a source that begins anew under its name is taken up at the second packet")
    func restart() throws {
        let call = Call()
        let before = try #require(call.aliceSpeaks(10).last)
        call.alice.sequence &+= 30_000
        call.alice.timestamp = 77
        #expect(call.aliceSends(call.alice.speak()).isEmpty)
        call.bench.run(milliseconds: 20)
        let after = call.aliceSpeaks(5)
        #expect(after.first?.sequence == before.sequence &+ 1 && isEven(after))
        #expect(after.first.map { $0.timestamp &- before.timestamp } == 320)
    }

    @Test("a timestamp that jumps in an even sequence is carried on with time")
    func timestampJump() throws {
        let call = Call()
        let before = try #require(call.aliceSpeaks(10).last)
        call.alice.timestamp &+= 123_456_789
        let after = call.aliceSpeaks(10)
        #expect(isEven([before] + after))
    }

    @Test("silence suppression is no jump: the timestamp moves with the far end's")
    func silenceSuppression() throws {
        let call = Call()
        let before = try #require(call.aliceSpeaks(10).last)
        call.bench.run(milliseconds: 60_000)
        call.alice.timestamp &+= 480_000 + 7
        let after = try #require(call.aliceSends(call.alice.speak(marker: true)).first)
        #expect(after.timestamp &- before.timestamp == 480_167 && after.sequence == before.sequence &+ 1)
    }

    @Test("a re-INVITE that moves the far end keeps the other side's stream")
    func reInvite() throws {
        let call = Call()
        let before = try #require(call.aliceSpeaks(10).last)
        call.alice.endpoint = InetEndpoint(address: .ipv4(0xC633_6409), port: 40_000)
        call.alice.ssrc = 0xfeed
        call.a.remoteRTP = call.alice.endpoint
        call.a.remoteRTCP = InetEndpoint(address: call.alice.endpoint.address, port: 40_001)
        call.modify()
        let after = call.aliceSpeaks(10)
        #expect(after.first?.sequence == before.sequence &+ 1 && isEven(after) && after.first?.ssrc == before.ssrc)
        _ = call.bobSends(call.bob.speak())
        call.bench.run(milliseconds: 20)
    }

    @Test("contributing sources pass, a header extension does not, padding stays padding")
    func options() throws {
        let call = Call()
        let plain = call.alice.packet(payload: [1, 2, 3, 4])
        let octets = [0xb1] + plain[1..<12] + word(55) + [0xbe, 0xde, 0, 1] + word(9) + [1, 2, 3, 4] + [0, 0, 0, 4]
        call.bench.arrive(Array(octets), from: call.alice.endpoint, pair: 0)
        call.bench.deliver()
        let sent = try #require(call.bench.takeSent().first)
        #expect(sent.octets[0] == 0xa1)
        #expect(Array(sent.octets[12...]) == word(55) + [1, 2, 3, 4] + [0, 0, 0, 4])
    }

    @Test("our own packets coming back are no far end's: the loop ends here (§8.2)")
    func loop() {
        let call = Call()
        call.alice.ssrc = call.a.localSSRC
        #expect(call.aliceSpeaks(5).isEmpty)
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).refusedIn == 5)
    }

    @Test("a codec that this plane can't convert passes when both sides named it")
    func opaqueCodec() {
        let call = Call { a, b in
            a.receivePayload = PayloadMapping(payloadType: 96, format: .none)
            b.sendPayload = PayloadMapping(payloadType: 111, format: .none)
        }
        call.alice.type = 96
        let heard = call.aliceSends(call.alice.speak([9, 8, 7]))
        #expect(heard.map(\.type) == [111] && heard.first?.payload == [9, 8, 7])
    }
}
