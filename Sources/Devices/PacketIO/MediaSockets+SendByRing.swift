import CLinux
import PacketDemux
import Rings

extension MediaSockets {
    /// Sends in the order of the batch, whatever the sockets.
    ///
    /// One call for all keeps the thread in the kernel until the last datagram is out: a receiver of higher
    /// priority, woken by the first one, does not interrupt it between two sockets. RT safe: one system call for
    /// each 64 datagrams.
    @_noAllocation @_noLocks
    mutating func sendByRing(_ datagrams: EgressBatch) {
        var listed = 0
        var entry = 0
        while entry < datagrams.count {
            let datagram = datagrams[entry]
            if let frame = card?.frame(of: datagram) {
                list(frame, at: listed)
                senders[listed] = card?.socket ?? -1
                listed &+= 1
            } else if let socket = openSocket(for: datagram) {
                list(datagram, at: listed)
                senders[listed] = descriptors[socket]
                listed &+= 1
            } else {
                counters.sendFailures &+= 1
            }
            if listed == Self.sendSlots {
                submit(listed)
                listed = 0
            }
            entry &+= 1
        }
        if listed > 0 { submit(listed) }
    }

    @_noAllocation @_noLocks
    private mutating func submit(_ count: Int) {
        // Why unsafe: the ring and both lists by address. Why sound: `sendByRing` asks for a ring first, and
        // `count` entries of both lists were filled in just now.
        guard let ring = unsafe ring else { return }
        let dealt = unsafe clinux_send_ring_send(
            ring, senders.pointer(at: 0), outgoing.pointer(at: 0), UInt32(truncatingIfNeeded: count))
        note(dealt, of: count)
    }
}
