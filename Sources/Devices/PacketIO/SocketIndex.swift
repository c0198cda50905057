import Octets
import PacketDemux

/// The place of one kernel socket among those of the pool: pair, channel, address family.
///
/// Four places for each pair: RTP and RTCP over IPv4, then both over IPv6.
struct SocketIndex: Sendable, BitwiseCopyable {
    static var perPair: Int { @_noAllocation @_noLocks get { 4 } }

    let value: Int

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    init(_ value: Int) { self.value = value }

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    init(_ port: LocalPort, isIPv4: Bool) {
        value = Int(port.pair) &* Self.perPair &+ (isIPv4 ? 0 : 2) &+ port.channel.step
    }

    /// The port that the socket is bound to. RT safe.
    var port: LocalPort {
        @_noAllocation @_noLocks get {
            LocalPort(
                pair: UInt16(truncatingIfNeeded: value / Self.perPair), channel: value & 1 == 0 ? .rtp : .rtcp)
        }
    }
}

/// What the sockets have counted. Owner: the media thread.
package struct SocketCounters: Sendable, BitwiseCopyable {
    package var packetsIn: UInt64 = 0
    package var octetsIn: UInt64 = 0
    package var packetsOut: UInt64 = 0
    package var octetsOut: UInt64 = 0
    /// Dropped by the kernel on our sockets because their buffers were full (SO_RXQ_OVFL).
    package var kernelDrops: UInt64 = 0
    /// Longer than a frame: cut by the kernel, dropped by us.
    package var oversized: UInt64 = 0
    /// Not taken by the kernel when we sent, or without a socket of the family they needed.
    package var sendFailures: UInt64 = 0

    /// RT safe.
    @_noAllocation @_noLocks
    init() {}
}
