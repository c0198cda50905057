import CLinux
package import MediaControl
import Octets
import Rings
import Timing

/// A whole shard on loopback between two far ends, driven by the caller's thread: what the capacity measurement and
/// the real-time guard's tests run. Owner: one thread.
package final class LoopbackRelay {
    private let region: SharedRegion
    package let lanes: BridgeLanes
    package let shard: MediaShard
    package let near: LoopbackFarEnd
    package let far: LoopbackFarEnd
    private let bell: Int32
    private let nearStreams: [LoopbackFarEnd.Stream]
    private let farStreams: [LoopbackFarEnd.Stream]
    private var sequence: UInt16 = 0

    /// Packets that one `feed` sends into the shard.
    package var packetsPerFeed: Int { nearStreams.count + farStreams.count }

    /// Opens a shard for `calls` relayed calls (at most 64) on as many port pairs, and both far ends.
    /// - Returns: nil if the machine has no memory, no ports or no descriptors for it.
    package init?(calls: Int, generator: inout some RandomNumberGenerator) {
        guard let near = LoopbackFarEnd(), let far = LoopbackFarEnd() else { return nil }
        let bell = clinux_eventfd_create()
        guard bell >= 0 else { return nil }
        var made: (SharedRegion, BridgeLanes, MediaShard, UInt16)?
        for _ in 0..<32 where made == nil {
            let first = UInt16.random(in: 10_000...30_000, using: &generator) & ~1
            made = Self.open(first, calls: calls, bell: bell)
        }
        guard let (region, lanes, shard, first) = made else {
            _ = clinux_close(bell)
            return nil
        }
        (self.region, self.lanes, self.shard, self.near, self.far, self.bell) = (region, lanes, shard, near, far, bell)
        func streams(from base: UInt32) -> [LoopbackFarEnd.Stream] {
            (0..<calls).map { call in
                let port = InetEndpoint(address: near.endpoint.address, port: first + UInt16(2 * call))
                return LoopbackFarEnd.Stream(destination: port, source: base + UInt32(call))
            }
        }
        nearStreams = streams(from: 1_000)
        farStreams = streams(from: 2_000)
        for call in 0..<calls { connect(call) }
    }

    deinit {
        shard.close()
        region.close()
        _ = clinux_close(bell)
    }

    private static func open(
        _ first: UInt16, calls: Int, bell: Int32
    ) -> (SharedRegion, BridgeLanes, MediaShard, UInt16)? {
        var configuration = MediaConfiguration()
        configuration.address4 = .ipv4(0x7F00_0001)
        configuration.firstPort = first
        configuration.pairCount = UInt16(calls)
        configuration.pairCapacity = UInt16(calls)
        configuration.contexts = UInt32(calls)
        configuration.realTime = .off
        configuration.seed = UInt64(first)
        let privateBytes = ShardMemory(configuration).byteCount
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: privateBytes)
        guard let region = try? SharedRegion.create(name: "tandem-loopback", byteCount: layout.total) else {
            return nil
        }
        // Why unsafe: handles on raw memory. Why sound: the region is as large as the layout says and is ours alone.
        let base = unsafe region.pointer(at: 0, byteCount: layout.total)
        let lanes = unsafe BridgeLanes.create(
            at: base, configuration: configuration, mediaPrivateBytes: privateBytes)
        guard let shard = try? MediaShard(lanes: lanes, doorbell: bell) else {
            region.close()
            return nil
        }
        return (region, lanes, shard, first)
    }

    /// Gives the command for one relayed call.
    private func connect(_ call: Int) {
        var command = MediaCommand(.add)
        command.context = ContextID(slot: UInt32(call), generation: 1)
        command.path = .relay
        command.a = termination(call, near.endpoint, source: 5_000)
        command.b = termination(call, far.endpoint, source: 6_000)
        _ = lanes.commands.push(command)
    }

    private func termination(_ call: Int, _ remote: InetEndpoint, source: UInt32) -> TerminationDescriptor {
        var wanted = TerminationDescriptor(kind: .rtp)
        wanted.flags = [.receive, .send, .described]
        wanted.portIndex = UInt16(call)
        wanted.localSSRC = source + UInt32(call)
        wanted.remoteRTP = remote
        wanted.remoteRTCP = InetEndpoint(address: remote.address, port: remote.port &+ 1)
        wanted.signallingSource = remote.address
        wanted.sendPayload = PayloadMapping(payloadType: 0, format: .pcmu)
        wanted.receivePayload = wanted.sendPayload
        return wanted
    }

    /// Sends the next packet of every stream, in both directions.
    package func feed() {
        sequence &+= 1
        near.send(nearStreams, sequence: sequence)
        far.send(farStreams, sequence: sequence)
    }

    /// Takes what both far ends received.
    package func drain() -> Int { near.drain() + far.drain() }
}
