import CLinux
import MediaControl
import MediaPlane
import Timing

/// How many packets a second the media plane of this machine relays, measured by doing it for a moment.
package enum CapacityProbe {
    /// Packets of one measured cycle: about what lies in the sockets at half load.
    private static let calls = 8

    /// Relays G.711 packets over loopback with a real shard and its own sockets, for about `milliseconds` of its CPU
    /// time. What the far ends cost is not counted; what the kernel does to deliver is.
    /// - Returns: relayed packets for each second of one processor; 0 if it could not be measured.
    package static func measure(milliseconds: Int, generator: inout some RandomNumberGenerator) -> Int {
        guard let relay = LoopbackRelay(calls: calls, generator: &generator) else { return 0 }
        _ = round(relay, drained: true)
        var spent: UInt64 = 0
        var packets = 0
        let deadline = MediaClock.now() + .milliseconds(20 * milliseconds)
        while spent < UInt64(milliseconds) * 1_000_000, MediaClock.now() < deadline {
            let (time, relayed) = round(relay, drained: packets % 512 == 0)
            if relayed == 0 { break }
            spent += time
            packets += relayed
        }
        return spent == 0 ? 0 : Int(Double(packets) / Double(spent) * 1e9)
    }

    /// One packet of every stream through the shard: CPU time in nanoseconds, and how many packets left.
    private static func round(_ relay: LoopbackRelay, drained: Bool) -> (time: UInt64, relayed: Int) {
        relay.feed()
        let (time, relayed) = relay.shard.drive { loop in
            let before = loop.plane.shard.packetsOut
            let start = MediaClock.threadTime()
            var cycles = 0
            while loop.plane.shard.packetsOut - before < UInt64(relay.packetsPerFeed), cycles < 8 {
                loop.doWork()
                cycles += 1
            }
            return (MediaClock.threadTime() - start, Int(loop.plane.shard.packetsOut - before))
        }
        if drained { _ = relay.drain() }
        return (time, relayed)
    }
}
