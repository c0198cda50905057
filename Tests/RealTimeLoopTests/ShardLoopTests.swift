import CLinux
import MediaControl
import MediaPlane
import Octets
import RealTimeLoop
import Rings
import Telemetry
import Testing
import Timing

@Suite("One shard's loop over real sockets on loopback", .serialized)
struct ShardLoopTests {
    private func relay(_ calls: Int) throws -> LoopbackRelay {
        var generator = SystemRandomNumberGenerator()
        return try #require(LoopbackRelay(calls: calls, generator: &generator))
    }

    @Test("every packet of eight calls is relayed in both directions")
    func relays() throws {
        let relay = try relay(8)
        var received = 0
        for _ in 0..<200 {
            relay.feed()
            relay.shard.drive { loop in
                for _ in 0..<2 { loop.doWork() }
            }
            received += relay.drain()
        }
        relay.shard.drive { $0.doWork() }
        received += relay.drain()
        let counters = relay.shard.drive { $0.plane.shard }
        #expect(counters.packetsIn == 3_200)
        #expect(counters.packetsOut >= 3_200)
        #expect(received == 3_200)
        #expect(counters.cycles >= 200)
    }

    @Test("an idle cycle sleeps until its deadline instead of spinning")
    func sleeps() throws {
        let relay = try relay(1)
        relay.shard.drive { $0.doWork() }
        let (cycles, time) = relay.shard.drive { loop in
            let start = MediaClock.now()
            let before = clinux_thread_cpu_ns()
            var cycles = 0
            while MediaClock.now() - start < .milliseconds(300) {
                loop.doWork()
                cycles += 1
            }
            return (cycles, clinux_thread_cpu_ns() - before)
        }
        #expect(cycles <= 33)
        #expect(time < 30_000_000)
    }

    @Test("a port is claimed and given back while the shard runs, and the answers come up the bridge")
    func ports() throws {
        let relay = try relay(1)
        var command = MediaCommand(.relinquishPort)
        command.portIndex = 0
        #expect(relay.lanes.commands.push(command))
        relay.shard.drive { $0.doWork() }
        #expect(try nextPort(relay).value == 0)
        var claim = MediaCommand(.claimPort)
        claim.portIndex = 0
        claim.portNumber = relay.lanes.configuration.firstPort
        // The old sockets may still be closing; a refusal names the port as in use.
        var answer: MediaEvent?
        for _ in 0..<50 {
            #expect(relay.lanes.commands.push(claim))
            answer = try nextPort(relay)
            if answer?.value == 1 << 32 { break }
        }
        #expect(answer?.value == 1 << 32)
        #expect(answer?.portIndex == 0)
    }

    /// Works until an answer about a port came.
    private func nextPort(_ relay: LoopbackRelay) throws -> MediaEvent {
        for _ in 0..<100 {
            while let event = relay.lanes.events.pop() {
                if event.notice == .port { return event }
            }
            relay.shard.drive { $0.doWork() }
        }
        return try #require(relay.lanes.events.pop())
    }

    @Test("the shard's own thread takes commands, beats, and ends on command")
    func thread() throws {
        let relay = try relay(2)
        let report = try relay.shard.start()
        #expect(report.state == .running)
        #expect(!report.isRealTime)
        #expect(relay.lanes.commands.push(MediaCommand(.stop)))
        relay.shard.join()
        #expect(relay.shard.hasEnded)
        #expect(relay.lanes.mediaBeat.load() > 0)
        #expect(relay.lanes.report.load()?.state == .stopped)
        var notices: [MediaNotice] = []
        while let event = relay.lanes.events.pop() { notices.append(event.notice) }
        #expect(notices.last == .stopped)
    }

    @Test("a thread that is asked by its own process ends within one cycle")
    func requestedStop() throws {
        let relay = try relay(1)
        _ = try relay.shard.start()
        relay.shard.requestStop()
        relay.shard.join()
        #expect(relay.shard.hasEnded)
    }

    @Test("the measured capacity is a real figure")
    func capacity() {
        var generator = SystemRandomNumberGenerator()
        let capacity = CapacityProbe.measure(milliseconds: 50, generator: &generator)
        #expect(capacity > 5_000 && capacity < 5_000_000)
    }

    @Test("the timer bench counts every wake-up, in order of lateness")
    func timerBench() throws {
        let result = try #require(TimerBench.run(priority: 0, period: .milliseconds(1), seconds: 0.1))
        #expect(result.wakeUps == 100)
        #expect(result.median <= result.p99 && result.p99 <= result.p999 && result.p999 <= result.worst)
        #expect(result.worst > 0)
    }

    @Test("the media plane's private memory for 8,192 calls stays below 48 MiB")
    func memory() {
        #expect(ShardMemory(MediaConfiguration()).byteCount < 48 << 20)
    }
}
