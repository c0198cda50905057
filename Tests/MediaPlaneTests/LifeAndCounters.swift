import MediaControl
import MediaPlane
import Octets
import PacketDemux
import Telemetry
import Testing
import Timing

@Suite("Contexts: life, events, counters")
struct LifeAndCounters {
    @Test("the first packet of each side is told with its source, once")
    func started() {
        let call = Call()
        _ = call.aliceSpeaks(5)
        _ = call.bobSends(call.bob.speak())
        let events = call.bench.takeEvents(.started)
        #expect(events.map(\.side) == [.a, .b])
        #expect(events.map(\.endpoint) == [call.alice.endpoint, call.bob.endpoint])
        #expect(events.allSatisfy { $0.context == call.context })
    }

    @Test("a far end behind a NAT is latched after proof, answered where it is, and told")
    func latched() {
        let call = Call()
        let real = InetEndpoint(address: call.alice.endpoint.address, port: 61_000)
        call.alice.endpoint = real
        #expect(call.aliceSpeaks(5).count == 3)
        #expect(call.bobSends(call.bob.speak()).count == 1)
        #expect(call.bench.takeEvents(.started).first?.endpoint == real)
        call.bench.run(milliseconds: 400)
        call.alice.endpoint = InetEndpoint(address: real.address, port: 62_000)
        _ = call.aliceSpeaks(5)
        #expect(call.bench.takeEvents(.rebound).map(\.endpoint) == [call.alice.endpoint])
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).source == call.alice.endpoint)
    }

    @Test("counters are published within 250 ms and add up on both sides")
    func published() {
        let call = Call()
        let start = call.bench.now
        _ = call.aliceSpeaks(50)
        call.bench.run(milliseconds: 250)
        let a = call.bench.counters(call.context, .a)
        let b = call.bench.counters(call.context, .b)
        #expect(a.packetsIn == 50 && a.octetsIn == 50 * 172 && a.packetsOut == 0)
        #expect(b.packetsOut == 50 && b.octetsOut == 50 * 172 && b.packetsIn == 0)
        #expect(a.firstIn == start && a.lastIn == start + .milliseconds(980) && b.lastOut == a.lastIn)
        #expect(a.generation == 9 && a.final == 0 && a.remoteSSRC == 0xa11ce && a.lostIn == 0)
        #expect(a.mosIn == 440 || a.mosIn == 439 || a.mosIn == 441)
    }

    @Test("jitter and loss of the arriving stream are those of the stream")
    func quality() {
        let call = Call()
        for step in 0..<500 {
            let octets = call.alice.speak()
            if step % 10 != 9 { _ = call.aliceSends(octets) }
            call.bench.run(milliseconds: step % 2 == 0 ? 15 : 25)
        }
        call.bench.run(milliseconds: 260)
        let counters = call.bench.counters(call.context, .a)
        #expect(counters.lostIn == 49 && counters.packetsIn == 450)
        #expect(counters.jitterIn > 4000 && counters.jitterIn <= 5000 && counters.jitterInMax >= counters.jitterIn)
        #expect(counters.mosIn > 250 && counters.mosIn < 400)
    }

    @Test("our own lateness is the time from arrival to sending")
    func lateness() {
        let call = Call()
        for step in 0..<2000 {
            call.bench.arrive(call.alice.speak(), from: call.alice.endpoint, pair: 0)
            call.bench.deliver(lateness: .microseconds(step == 1000 ? 9000 : 100))
            call.bench.run(milliseconds: 20)
        }
        call.bench.run(milliseconds: 260)
        let counters = call.bench.counters(call.context, .b)
        #expect(counters.egressLatenessMax == 9000)
        #expect(counters.egressLatenessP999 >= 96 && counters.egressLatenessP999 < 150)
    }

    @Test("what a subtracted context has counted stays in its slot, final, and the event follows it")
    func finalCounters() {
        let call = Call()
        _ = call.aliceSpeaks(7)
        call.bench.subtract(call.context)
        #expect(call.bench.takeEvents(.subtracted).map(\.context) == [call.context])
        for side in [Side.a, .b] {
            let counters = call.bench.counters(call.context, side)
            #expect(counters.final == 1 && counters.generation == 9)
        }
        #expect(call.bench.counters(call.context, .a).packetsIn == 7)
        call.bench.run(milliseconds: 1000)
        #expect(call.bench.counters(call.context, .a).packetsIn == 7 && call.bench.contextCount == 0)
    }

    @Test("an order for a life that nobody knows is answered, so that its slot comes back")
    func unknownSubtract() {
        let bench = Bench()
        let ghost = ContextID(slot: 5, generation: 3)
        bench.subtract(ghost)
        #expect(bench.takeEvents(.subtracted).map(\.context) == [ghost])
        #expect(bench.counters(ghost, .b).final == 1 && bench.counters(ghost, .b).generation == 3)
    }

    @Test("an order for an earlier life of a slot in use changes nothing")
    func staleOrders() {
        let call = Call()
        let stale = ContextID(slot: 3, generation: 8)
        call.bench.subtract(stale)
        call.bench.apply(.modify, stale, .closed, call.a, call.b)
        call.bench.apply(.add, ContextID(slot: 3, generation: 10), .relay, call.a, call.b)
        call.bench.apply(.add, ContextID(slot: 99, generation: 1), .relay, call.a, call.b)
        #expect(call.bench.takeEvents(.refused).count == 3 && call.bench.takeEvents(.subtracted).isEmpty)
        #expect(call.aliceSpeaks(3).count == 3)
    }

    @Test("a source name of ours that another context has on the pair refuses the new one wholly")
    func sourceTaken() {
        let call = Call()
        let other = ContextID(slot: 1, generation: 1)
        var b = side(Phone(host: 9, pair: 1, ssrc: 5), own: 0xbbbb_0001)
        b.remoteRTP.port = 9
        let a = side(Phone(host: 8, pair: 0, ssrc: 6), own: 0xaaaa_0009)
        call.bench.apply(.add, other, .relay, a, b)
        #expect(call.bench.takeEvents(.refused).count == 1)
        b.localSSRC = 0xbbbb_0009
        call.bench.apply(.add, other, .relay, a, b)
        #expect(call.bench.takeEvents(.refused).isEmpty && call.bench.contextCount == 2)
    }

    @Test("a modify that can't be carried out leaves the call as it was")
    func failedModify() {
        let call = Call()
        _ = call.aliceSpeaks(3)
        let a = call.a
        call.a.flags.remove(.receive)
        call.b = TerminationDescriptor(kind: .rtp)
        call.modify(.tick)
        #expect(call.bench.takeEvents(.refused).count == 1)
        call.a = a
        #expect(call.aliceSpeaks(3).count == 3)
    }

    @Test("slots and sources are used again and again")
    func reuse() {
        let bench = Bench()
        for generation in 1...200 as ClosedRange<UInt32> {
            let context = ContextID(slot: generation % 8, generation: generation)
            var alice = Phone(host: 1, pair: 0, ssrc: generation)
            alice.endpoint.port = UInt16(10_000 + generation)
            let a = side(alice, own: 0xa000_0000 + generation)
            let b = TerminationDescriptor(kind: .echo)
            bench.apply(.add, context, .tick, a, b)
            bench.arrive(alice.speak(), from: alice.endpoint, pair: 0)
            bench.deliver()
            bench.run(milliseconds: 40)
            bench.subtract(context)
            #expect(bench.counters(context, .a).packetsIn == 1 && bench.counters(context, .a).final == 1)
        }
        #expect(bench.takeEvents(.refused).isEmpty && bench.takeEvents(.subtracted).count == 200)
    }

    @Test("eight contexts at once: each has its turn in the round, whoever leaves")
    func round() {
        let bench = Bench()
        var phones: [Phone] = []
        for slot in 0..<8 as Range<UInt32> {
            let phone = Phone(host: 10 + slot, pair: UInt16(slot), ssrc: 50 + slot)
            let far = Phone(host: 60 + slot, pair: UInt16(20 + slot), ssrc: 90 + slot)
            phones.append(phone)
            bench.apply(
                .add, ContextID(slot: slot, generation: 1), .relay, side(phone, own: 100 + slot),
                side(far, own: 200 + slot))
        }
        for leaver in 0..<7 as Range<UInt32> {
            for index in phones.indices {
                bench.arrive(phones[index].speak(), from: phones[index].endpoint, pair: phones[index].pair)
            }
            bench.deliver()
            bench.run(milliseconds: 250)
            for slot in leaver..<8 as Range<UInt32> {
                #expect(bench.counters(ContextID(slot: slot, generation: 1), .a).packetsIn == UInt64(leaver) + 1)
            }
            bench.subtract(ContextID(slot: leaver, generation: 1))
        }
        #expect(bench.contextCount == 1)
    }

    @Test("commands about ports and the thread are the loop's")
    func shell() {
        let bench = Bench()
        for verb in [MediaVerb.claimPort, .relinquishPort, .stop] { bench.give(MediaCommand(verb)) }
        #expect(bench.shellOrders.map(\.verb) == [.claimPort, .relinquishPort, .stop])
    }
}
