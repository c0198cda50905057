import MediaControl
import RTP
import Testing
import Timing

@Suite("RFC 3264 §5.1, §8.4 directions; payload types per leg")
struct DirectionAndTypes {
    @Test("held by us: the far end's media is refused and counted, the other way goes on")
    func hold() {
        let call = Call()
        _ = call.aliceSpeaks(5)
        call.a.flags.remove(.receive)
        call.modify()
        #expect(call.aliceSpeaks(5).isEmpty)
        #expect(call.bobSends(call.bob.speak()).count == 1)
        call.bench.run(milliseconds: 260)
        let counters = call.bench.counters(call.context, .a)
        #expect(counters.refusedIn == 5 && counters.packetsIn == 10)
    }

    @Test("a side that may not be sent to hears nothing")
    func sendOnly() {
        let call = Call { _, b in b.flags.remove(.send) }
        #expect(call.aliceSpeaks(3).isEmpty)
    }

    @Test("after a hold the stream goes on without a gap in numbers, its timestamp with time, marked")
    func resume() throws {
        let call = Call()
        let before = try #require(call.aliceSpeaks(5).last)
        call.b.flags.remove(.send)
        call.modify()
        #expect(call.aliceSpeaks(500).isEmpty)
        call.b.flags.insert(.send)
        call.modify()
        let after = call.aliceSpeaks(5)
        #expect(after.first?.sequence == before.sequence &+ 1 && isEven(after) && after.first?.marker == true)
        #expect(after.first.map { $0.timestamp &- before.timestamp } == 80_160)
    }

    @Test("on a closed path nothing passes")
    func closed() {
        let call = Call(.closed)
        #expect(call.aliceSpeaks(3).isEmpty)
        call.modify(.relay)
        #expect(call.aliceSpeaks(3).count == 3)
    }

    @Test("a type that was not agreed is refused; the numbers close up behind it")
    func unknownType() {
        let call = Call()
        var heard = call.aliceSpeaks(3)
        call.alice.type = 97
        #expect(call.aliceSpeaks(2).isEmpty)
        call.alice.type = 0
        heard += call.aliceSpeaks(3)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        #expect(heard[3].timestamp &- heard[2].timestamp == 480)
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).refusedIn == 2)
    }

    @Test("comfort noise passes with the other leg's type, or is refused where there is none")
    func comfortNoise() {
        let both = Call { a, b in
            a.receiveNoiseType = 13
            b.sendNoiseType = 19
        }
        _ = both.aliceSpeaks(1)
        #expect(both.aliceSends(both.alice.packet(type: 13, payload: [60])).map(\.type) == [19])
        let one = Call { a, _ in a.receiveNoiseType = 13 }
        _ = one.aliceSpeaks(1)
        #expect(one.aliceSends(one.alice.packet(type: 13, payload: [60])).isEmpty)
    }

    @Test("before the far end is described nothing is taken; what is no RTP is refused")
    func undescribed() {
        let call = Call { a, _ in a.flags.remove(.described) }
        #expect(call.aliceSpeaks(3).isEmpty)
        call.a.flags.insert(.described)
        call.modify()
        #expect(call.aliceSpeaks(3).count == 3)
        let broken: [UInt8] = [0xbf] + call.alice.packet(payload: [1]).dropFirst()
        #expect(call.aliceSends(broken).isEmpty)
        call.bench.run(milliseconds: 520)
        #expect(call.bench.counters(call.context, .a).refusedIn == 1)
    }
}
