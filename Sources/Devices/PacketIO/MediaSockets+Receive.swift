import CLinux
import Octets
package import PacketDemux
import Rings
package import Timing

extension MediaSockets {
    /// Reads what the last `wait` found until the batch is full or nothing is left.
    ///
    /// - Returns: true if the batch is full and something may be left: work it off, `release` it, call again.
    /// - Complexity: RT safe; with the receiving ring no system call, else at most one for each ready socket and one
    ///   for each `share` datagrams.
    @_noAllocation @_noLocks
    package mutating func receive(into datagrams: inout DatagramBatch, now: MonotonicInstant) -> Bool {
        receivesByRing ? takeFromRing(into: &datagrams, now: now) : readSockets(into: &datagrams, now: now)
    }

    /// Empties a batch that was worked off and sent; its frames may be received into again. RT safe: no system call.
    @_noAllocation @_noLocks
    package func release(_ datagrams: inout DatagramBatch) {
        var index = 0
        while index < datagrams.count, receivesByRing {
            giveBack(datagrams[index].frame)
            index &+= 1
        }
        datagrams.removeAll()
    }

    /// Counts a datagram and appends it to the batch; one that was cut is delivered empty. RT safe.
    @_noAllocation @_noLocks
    mutating func keep(
        _ length: UInt32, in frame: UInt32, isCut: Bool, from source: clinux_endpoint, at socket: SocketIndex,
        into datagrams: inout DatagramBatch, now: MonotonicInstant
    ) {
        counters.packetsIn &+= 1
        counters.octetsIn &+= UInt64(length)
        if isCut { counters.oversized &+= 1 }
        datagrams.append(
            frame: frame, offset: FrameArena.headroom, count: isCut ? 0 : Int(length), port: socket.port,
            source: InetEndpoint(address: InetAddress(high: source.high, low: source.low), port: source.port),
            arrival: now)
    }

    /// Adds what the kernel dropped on a socket since it last said so; its count wraps at 2^32.
    @_noAllocation @_noLocks
    mutating func noteDrops(_ total: UInt32, _ socket: SocketIndex) {
        counters.kernelDrops &+= UInt64(total &- dropMarks[socket.value])
        dropMarks[socket.value] = total
    }
}
