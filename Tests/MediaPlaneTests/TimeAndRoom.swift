import MediaControl
import MediaPlane
import Octets
import PacketDemux
import Rings
import Telemetry
import Testing
import Timing

@Suite("Ticks, late and many; datagrams that are not media")
struct TimeAndRoom {
    @Test("without contexts the plane wakes four times a second, with one a hundred times")
    func deadlines() {
        let bench = Bench()
        #expect(bench.deadline == bench.now + .milliseconds(250))
        let phone = Phone(host: 3, pair: 0, ssrc: 3)
        bench.apply(
            .add, ContextID(slot: 0, generation: 1), .tick, side(phone, own: 5), TerminationDescriptor(kind: .silence))
        #expect(bench.deadline == bench.now + .milliseconds(10))
        bench.run(milliseconds: 1000)
        #expect(bench.deadline == bench.now + .milliseconds(10))
        #expect(bench.takeSent().heard(by: phone).count == 50)
        bench.subtract(ContextID(slot: 0, generation: 1))
        bench.run(milliseconds: 10)
        #expect(bench.deadline == bench.now + .milliseconds(250))
    }

    @Test("up to 50 ms late, every tick is made up for; all are counted")
    func catchUp() {
        let call = ApplicationCall(.milliwatt)
        call.bench.run(milliseconds: 100)
        _ = call.heard()
        call.bench.stall(milliseconds: 45)
        call.bench.tick()
        let heard = call.heard()
        #expect(heard.count == 2 && isEven(heard))
        call.bench.run(milliseconds: 255)
        #expect(call.bench.shardCounters.lateTicks == 4 && call.bench.shardCounters.latestTick == 35_000)
    }

    @Test("after a long stall the missed time is passed over: timestamps go on with time")
    func stall() throws {
        let call = ApplicationCall(.milliwatt)
        call.bench.run(milliseconds: 100)
        let before = try #require(call.heard().last)
        call.bench.stall(milliseconds: 2000)
        call.bench.run(milliseconds: 100)
        let after = call.heard()
        #expect(after.count <= 12 && after.first?.sequence == before.sequence &+ 1)
        let last = try #require(after.last)
        let step = Int(last.timestamp &- before.timestamp)
        #expect(abs(step - 2100 * 8) <= 320)
    }

    @Test("more tick contexts than the egress batch holds are served in several batches of one tick")
    func manyPlayers() {
        let bench = Bench(contexts: 64, egressCapacity: 16)
        for slot in 0..<64 as Range<UInt32> {
            bench.apply(
                .add, ContextID(slot: slot, generation: 1), .tick,
                side(Phone(host: 1 + slot, pair: UInt16(slot), ssrc: slot + 1), own: 100 + slot),
                TerminationDescriptor(kind: .silence))
        }
        bench.run(milliseconds: 1000)
        let sent = bench.takeSent().filter { $0.port.channel == .rtp }
        #expect(sent.count == 64 * 50)
        #expect(Set(sent.map(\.destination)).count == 64)
    }

    @Test("the shard's figures: packets, contexts, refusals by reason")
    func shard() {
        let call = Call()
        _ = call.aliceSpeaks(20)
        call.bench.arrive(call.alice.packet(payload: [1]), from: InetEndpoint(address: .ipv4(5), port: 5), pair: 0)
        call.alice.type = 55
        _ = call.aliceSpeaks(20)
        let shard = call.bench.shardCounters
        #expect(shard.contexts == 1 && shard.packetsIn >= 21 && shard.packetsOut >= 20)
        #expect(shard.refused[DropReason.unknownSource.slot] == 1)
        #expect(shard.refused[DropReason.payloadType.slot] > 0)
    }

    @Test("STUN from a far end goes up as it came; an answer given by the control side goes out")
    func aside() throws {
        let call = Call()
        _ = call.aliceSpeaks(1)
        let request: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + [UInt8](0..<12)
        call.bench.arrive(request, from: call.alice.endpoint, pair: 0)
        call.bench.deliver()
        let up = call.bench.lanes.slowUp.pop()
        var slow = try #require(up)
        #expect(slow.context == call.context && slow.side == .a && slow.endpoint == call.alice.endpoint)
        #expect((0..<Int(slow.count)).map { slow.octets[$0] } == request)
        slow.octets[0] = 1
        #expect(call.bench.lanes.slowDown.push(slow))
        call.bench.sendSlow()
        let sent = try #require(call.bench.takeSent().first)
        #expect(sent.octets == [1] + request.dropFirst() && sent.destination == call.alice.endpoint)
    }
}
