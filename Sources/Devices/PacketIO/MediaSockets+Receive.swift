import CLinux
import Octets
package import PacketDemux
import Rings
package import Timing

extension MediaSockets {
    /// Reads from the sockets that the last `wait` found ready until the batch is full or they are empty.
    ///
    /// - Returns: true if the batch is full and something may be left: work it off, empty it, call again.
    /// - Complexity: RT safe; at most one system call for each ready socket and one for each `share` datagrams.
    @_noAllocation @_noLocks
    package mutating func receive(into datagrams: inout DatagramBatch, now: MonotonicInstant) -> Bool {
        while readyNext < readyCount {
            if datagrams.room == 0 { return true }
            let index = Int(truncatingIfNeeded: ready[readyNext].token)
            if isEmptied(index, into: &datagrams, now: now) {
                readyNext &+= 1
                appetite = Self.firstShare
            } else {
                appetite = Self.share
            }
        }
        return false
    }

    /// Reads one socket once; true when nothing is left in it.
    @_noAllocation @_noLocks
    private mutating func isEmptied(_ index: Int, into datagrams: inout DatagramBatch, now: MonotonicInstant) -> Bool {
        guard index < descriptors.count, descriptors[index] >= 0 else { return true }
        let limit = min(appetite, datagrams.room)
        offerFrames(limit, of: datagrams)
        // Why unsafe: the kernel writes into frames and list. Why sound: `limit` frames were offered just now
        // from the batch's own memory, and the list holds `share` entries.
        let count = unsafe clinux_batch_receive(
            batch, descriptors[index], UInt32(truncatingIfNeeded: limit), received.pointer(at: 0))
        if count <= 0 {
            // A pending ICMP error is taken so that the socket is not ready for ever.
            if count < 0 { _ = clinux_take_error(descriptors[index]) }
            return true
        }
        keep(Int(count), from: SocketIndex(index), in: &datagrams, now: now)
        return Int(count) < limit
    }

    /// Tells the kernel's structures where the next datagrams of the batch may land.
    @_noAllocation @_noLocks
    private func offerFrames(_ limit: Int, of datagrams: DatagramBatch) {
        var slot = 0
        while slot < limit {
            let landing = datagrams.landing(slot)
            // Why unsafe: an address is kept in the kernel's structure. Why sound: the frame lives as long as
            // the batch, and the call that uses the address follows at once.
            unsafe clinux_batch_set_frame(
                batch, UInt32(truncatingIfNeeded: slot), landing.start, UInt32(truncatingIfNeeded: landing.count))
            slot &+= 1
        }
    }

    /// Appends what was read to the batch, in order; each datagram lies where the batch expects it.
    @_noAllocation @_noLocks
    private mutating func keep(
        _ count: Int, from socket: SocketIndex, in datagrams: inout DatagramBatch, now: MonotonicInstant
    ) {
        let port = socket.port
        var slot = 0
        while slot < count {
            let entry = received[slot]
            let source = InetEndpoint(
                address: InetAddress(high: entry.source.high, low: entry.source.low), port: entry.source.port)
            counters.packetsIn &+= 1
            counters.octetsIn &+= UInt64(entry.length)
            if entry.has_drops != 0 { noteDrops(entry.drops, socket) }
            if entry.truncated != 0 { counters.oversized &+= 1 }
            datagrams.append(
                count: entry.truncated != 0 ? 0 : Int(entry.length), port: port, source: source, arrival: now)
            slot &+= 1
        }
    }

    /// Adds what the kernel dropped on a socket since it last said so; its count wraps at 2^32.
    @_noAllocation @_noLocks
    private mutating func noteDrops(_ total: UInt32, _ socket: SocketIndex) {
        counters.kernelDrops &+= UInt64(total &- dropMarks[socket.value])
        dropMarks[socket.value] = total
    }
}
