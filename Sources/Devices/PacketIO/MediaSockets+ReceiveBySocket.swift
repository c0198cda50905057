import CLinux
import Octets
import PacketDemux
import Rings
import Timing

extension MediaSockets {
    /// `receive` socket by socket, of those that epoll found ready. RT safe.
    @_noAllocation @_noLocks
    mutating func readSockets(into datagrams: inout DatagramBatch, now: MonotonicInstant) -> Bool {
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
        var slot = 0
        while slot < count {
            let entry = received[slot]
            if entry.has_drops != 0 { noteDrops(entry.drops, socket) }
            keep(
                entry.length, in: UInt32(truncatingIfNeeded: datagrams.count), isCut: entry.truncated != 0,
                from: entry.source, at: socket, into: &datagrams, now: now)
            slot &+= 1
        }
    }
}
