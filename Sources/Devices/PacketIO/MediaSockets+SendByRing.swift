import CLinux
import Octets
import PacketDemux
import Rings
import Timing

extension MediaSockets {
    /// Sends in the order of the batch, whatever the sockets.
    ///
    /// One call for all keeps the thread in the kernel until the last datagram is out: a receiver of higher
    /// priority, woken by the first one, does not interrupt it between two sockets. RT safe: one system call for
    /// each 64 datagrams.
    @_noAllocation @_noLocks
    mutating func sendByRing(_ datagrams: EgressBatch, now: MonotonicInstant) {
        var listed = 0
        var entry = 0
        while entry < datagrams.count {
            let datagram = datagrams[entry]
            if let frame = card?.frame(of: datagram, now: now) {
                listed = place(frame, listed)
            } else if let socket = openSocket(for: datagram) {
                list(datagram, at: listed)
                senders[listed] = descriptors[socket]
                listed = handOver(listed &+ 1)
            } else {
                counters.sendFailures &+= 1
            }
            entry &+= 1
        }
        while let question = card?.nextQuestion() { listed = place(question, listed) }
        if listed > 0 { submit(listed) }
    }

    /// Puts a frame of the card into the kernel's list; returns how many entries it has then. RT safe.
    @_noAllocation @_noLocks
    private mutating func place(_ frame: OctetBuffer, _ listed: Int) -> Int {
        list(frame, at: listed)
        senders[listed] = card?.socket ?? -1
        return handOver(listed &+ 1)
    }

    /// Sends the list if it is full; returns how many entries it has then. RT safe.
    @_noAllocation @_noLocks
    private mutating func handOver(_ listed: Int) -> Int {
        guard listed == Self.sendSlots else { return listed }
        submit(listed)
        return 0
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
