import CRealTimeGuard
import MediaControl
import MediaPlane
import Octets
import PacketDemux
import RealTimeLoop
import Rings
import Testing
import Timing

/// The calling thread plays the media thread: what it does between `enter` and `exit` is what that thread does.
@Suite(
    "The media thread allocates nothing, frees nothing, takes no lock and counts no reference",
    .serialized, .enabled(if: rtguard_is_built() != 0))
struct MediaThreadGuard {
    private func relay(_ calls: Int) throws -> LoopbackRelay {
        var generator = SystemRandomNumberGenerator()
        let relay = try #require(LoopbackRelay(calls: calls, generator: &generator))
        // The first cycles take the commands; lazy bindings of the dynamic linker are done with.
        for _ in 0..<4 {
            relay.feed()
            relay.shard.drive { $0.doWork() }
        }
        _ = relay.drain()
        return relay
    }

    private func expectNothing(_ found: rtguard_counts) {
        #expect(found.allocations == 0)
        #expect(found.frees == 0)
        #expect(found.locks == 0)
        #expect(found.reference_counts == 0)
    }

    @Test("over a million packets relayed through real sockets, with RTCP")
    func millionPackets() throws {
        let relay = try relay(16)
        let before = relay.shard.drive { $0.plane.shard }
        let rounds = 1_000_000 / relay.packetsPerFeed + 1
        var received = 0
        let found = relay.shard.drive { loop in
            rtguard_enter()
            for _ in 0..<rounds {
                rtguard_pause()
                relay.feed()
                rtguard_resume()
                // Everything that was fed is ready, so the cycle does not sleep.
                loop.doWork()
                rtguard_pause()
                received += relay.drain()
                rtguard_resume()
            }
            return rtguard_exit()
        }
        expectNothing(found)
        let after = relay.shard.drive { $0.plane.shard }
        #expect(after.packetsIn - before.packetsIn >= 1_000_000)
        #expect(received >= 1_000_000)
        #expect(after.kernelDrops == 0)
    }

    @Test("over 100,000 ticks with a tone, an echo that hears packets, and relayed calls")
    func hundredThousandTicks() throws {
        let relay = try relay(4)
        for (slot, kind) in [(UInt32(0), TerminationKind.milliwatt), (1, .echo)] { retune(relay, slot, kind) }
        relay.shard.drive { $0.doWork() }
        let memory = UnsafeMutableRawPointer.allocate(
            byteCount: EgressBatch.byteCount(capacity: 256) + DatagramBatch.byteCount, alignment: 128)
        defer { memory.deallocate() }
        var egress = EgressBatch(at: memory, capacity: 256)
        var batch = DatagramBatch(at: memory + EgressBatch.byteCount(capacity: 256))
        let source = relay.near.endpoint
        var sent = 0
        let found = relay.shard.drive { loop in
            var now = loop.plane.nextDeadline
            let ticks = loop.plane.shard.ticks
            rtguard_enter()
            while loop.plane.shard.ticks - ticks < 100_000 {
                if loop.plane.shard.ticks % 2 == 0 {
                    hear(&batch, from: source, UInt16(truncatingIfNeeded: loop.plane.shard.ticks / 2), at: now)
                    loop.plane.ingress(batch, into: &egress, now: now)
                    batch.removeAll()
                }
                while loop.plane.tick(into: &egress, now: now) {}
                sent += egress.count
                loop.plane.sent(at: now)
                egress.removeAll()
                now = loop.plane.nextDeadline
            }
            return rtguard_exit()
        }
        expectNothing(found)
        // 50,000 of the tone, nearly as many of the echo, and reports.
        #expect(sent > 95_000)
    }

    /// Puts one packet of the echo call into the batch.
    private func hear(
        _ batch: inout DatagramBatch, from source: InetEndpoint, _ sequence: UInt16, at now: MonotonicInstant
    ) {
        let packet = batch.landing(0)
        packet.set(uint16: 0x8000, at: 0)
        packet.set(uint16: sequence &+ 10, at: 2)
        packet.set(uint32: UInt32(sequence) &* 160, at: 4)
        packet.set(uint32: 1_001, at: 8)
        packet.fill(0xD5, from: 12, count: 160)
        batch.append(count: 172, port: LocalPort(pair: 1, channel: .rtp), source: source, arrival: now)
    }

    /// Turns a relayed call into one with an application at side B.
    private func retune(_ relay: LoopbackRelay, _ slot: UInt32, _ kind: TerminationKind) {
        var command = MediaCommand(.modify)
        command.context = ContextID(slot: slot, generation: 1)
        command.path = .tick
        command.a.kind = .rtp
        command.a.flags = [.receive, .send, .described]
        command.a.portIndex = UInt16(slot)
        command.a.localSSRC = 5_000 + slot
        command.a.remoteRTP = relay.near.endpoint
        command.a.remoteRTCP = InetEndpoint(address: relay.near.endpoint.address, port: relay.near.endpoint.port &+ 1)
        command.a.signallingSource = relay.near.endpoint.address
        command.a.sendPayload = PayloadMapping(payloadType: 0, format: .pcmu)
        command.a.receivePayload = command.a.sendPayload
        command.b.kind = kind
        command.b.flags = [.receive, .send, .described]
        _ = relay.lanes.commands.push(command)
    }

    @Test("while calls come and go, 2,000 times")
    func churn() throws {
        let relay = try relay(4)
        var commands: [MediaCommand] = []
        for slot in 0..<4 as Range<UInt32> {
            retuneBack(relay, slot, into: &commands)
        }
        var found = rtguard_counts()
        for round in 0..<500 as Range<UInt32> {
            for slot in 0..<4 as Range<UInt32> {
                let ended = ContextID(slot: slot, generation: 1 + round)
                #expect(relay.lanes.subtracts.push(SubtractOrder(context: ended, after: 0)))
            }
            add(counted(relay), to: &found)
            for slot in 0..<4 as Range<UInt32> {
                commands[Int(slot)].context = ContextID(slot: slot, generation: 2 + round)
                #expect(relay.lanes.commands.push(commands[Int(slot)]))
            }
            add(counted(relay), to: &found)
            while relay.lanes.events.pop() != nil {}
        }
        expectNothing(found)
        #expect(relay.shard.drive { $0.plane.contextCount } == 4)
    }

    /// What one cycle does that it must not.
    private func counted(_ relay: LoopbackRelay) -> rtguard_counts {
        relay.shard.drive { loop in
            rtguard_enter()
            loop.doWork()
            return rtguard_exit()
        }
    }

    private func add(_ step: rtguard_counts, to sum: inout rtguard_counts) {
        sum.allocations += step.allocations
        sum.frees += step.frees
        sum.locks += step.locks
        sum.reference_counts += step.reference_counts
    }

    /// The command that makes the relayed call of `slot` anew.
    private func retuneBack(_ relay: LoopbackRelay, _ slot: UInt32, into commands: inout [MediaCommand]) {
        var command = MediaCommand(.add)
        command.path = .relay
        command.a = TerminationDescriptor(kind: .rtp)
        command.a.flags = [.receive, .send, .described]
        command.a.portIndex = UInt16(slot)
        command.a.localSSRC = 5_000 + slot
        command.a.remoteRTP = relay.near.endpoint
        command.a.signallingSource = relay.near.endpoint.address
        command.a.sendPayload = PayloadMapping(payloadType: 0, format: .pcmu)
        command.a.receivePayload = command.a.sendPayload
        command.b = command.a
        command.b.localSSRC = 6_000 + slot
        command.b.remoteRTP = relay.far.endpoint
        commands.append(command)
    }
}
