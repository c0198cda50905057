import CLinux
import Octets
package import PacketDemux
import Rings
package import Timing

extension MediaSockets {
    /// Hands all datagrams of a batch to the kernel, in order for each socket.
    ///
    /// What the kernel does not take is counted and forgotten: a late voice packet is worth nothing. RT safe:
    /// with the ring one system call for each 64 datagrams; without it one for each socket and each 64 of its
    /// datagrams. None waits.
    @_noAllocation @_noLocks
    package mutating func send(_ datagrams: inout EgressBatch, now: MonotonicInstant) {
        if unsafe ring != nil { sendByRing(datagrams, now: now) } else { sendBySocket(datagrams) }
        datagrams.removeAll()
    }

    /// Where a datagram's descriptor stands; nil when its socket is not open. RT safe.
    @_noAllocation @_noLocks
    func openSocket(for datagram: EgressDatagram) -> Int? {
        let socket = SocketIndex(datagram.port, isIPv4: datagram.destination.address.isIPv4).value
        return socket < descriptors.count && descriptors[socket] >= 0 ? socket : nil
    }

    /// Puts a datagram into the kernel's list. RT safe.
    @_noAllocation @_noLocks
    func list(_ datagram: EgressDatagram, at slot: Int) {
        let remote = datagram.destination
        list(
            datagram.octets, at: slot,
            for: clinux_endpoint(
                high: remote.address.high, low: remote.address.low, port: remote.port, reserved: (0, 0, 0)))
    }

    /// Puts octets into the kernel's list, for an endpoint or for the card's own link. RT safe.
    @_noAllocation @_noLocks
    func list(_ octets: OctetBuffer, at slot: Int, for target: clinux_endpoint = clinux_endpoint()) {
        // Why unsafe: an address goes into the kernel's list. Why sound: the frame stays untouched until the batch
        // is emptied, which is after the call.
        unsafe outgoing[slot] = clinux_outgoing(
            target: target, octets: UnsafeRawPointer(octets.start),
            length: UInt32(truncatingIfNeeded: octets.count), problem: 0)
    }

    /// Counts what became of the first `count` entries of the kernel's list, of which it dealt with `dealt`. RT safe.
    @_noAllocation @_noLocks
    mutating func note(_ dealt: Int32, of count: Int) {
        let done = max(0, Int(dealt))
        var slot = 0
        while slot < done {
            // Why unsafe: the list holds addresses. Why sound: only numbers are read.
            let (problem, length) = unsafe (outgoing[slot].problem, outgoing[slot].length)
            if problem == 0 {
                counters.packetsOut &+= 1
                counters.octetsOut &+= UInt64(length)
            } else {
                counters.sendFailures &+= 1
            }
            slot &+= 1
        }
        counters.sendFailures &+= UInt64(truncatingIfNeeded: count &- done)
    }
}
