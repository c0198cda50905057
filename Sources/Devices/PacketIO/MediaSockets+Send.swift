import CLinux
import Octets
package import PacketDemux
import Rings

extension MediaSockets {
    /// Hands all datagrams of a batch to the kernel, socket by socket, in order for each socket.
    ///
    /// What the kernel does not take is counted and forgotten: a late voice packet is worth nothing. RT safe:
    /// one system call for each socket and each 64 datagrams, none that waits.
    @_noAllocation @_noLocks
    package mutating func send(_ datagrams: inout EgressBatch) {
        let groups = group(datagrams)
        var group = 0
        while group < groups {
            let socket = Int(touched[group])
            sendChain(from: socket, datagrams)
            chainEnds[socket] = SendChain(first: -1, last: -1)
            group &+= 1
        }
        datagrams.removeAll()
    }

    /// Chains the entries of each socket; returns how many sockets there are. RT safe: one pass.
    @_noAllocation @_noLocks
    private mutating func group(_ datagrams: EgressBatch) -> Int {
        var groups = 0
        var entry = 0
        while entry < datagrams.count {
            let datagram = datagrams[entry]
            let socket = SocketIndex(datagram.port, isIPv4: datagram.destination.address.isIPv4).value
            if socket < descriptors.count, descriptors[socket] >= 0 {
                let link = Int32(truncatingIfNeeded: entry)
                chain[entry] = -1
                if chainEnds[socket].first < 0 {
                    chainEnds[socket] = SendChain(first: link, last: link)
                    touched[groups] = Int32(truncatingIfNeeded: socket)
                    groups &+= 1
                } else {
                    chain[Int(chainEnds[socket].last)] = link
                    chainEnds[socket].last = link
                }
            } else {
                counters.sendFailures &+= 1
            }
            entry &+= 1
        }
        return groups
    }

    /// Sends the chain of one socket in lists of as many datagrams as the kernel's structures hold.
    @_noAllocation @_noLocks
    private mutating func sendChain(from socket: Int, _ datagrams: EgressBatch) {
        var entry = Int(chainEnds[socket].first)
        while entry >= 0 {
            var count = 0
            while entry >= 0, count < Self.sendSlots {
                list(datagrams[entry], at: count)
                count &+= 1
                entry = Int(chain[entry])
            }
            hand(count, to: descriptors[socket])
        }
    }

    /// Puts a datagram into the kernel's list.
    @_noAllocation @_noLocks
    private func list(_ datagram: EgressDatagram, at slot: Int) {
        let remote = datagram.destination
        let target = clinux_endpoint(
            high: remote.address.high, low: remote.address.low, port: remote.port, reserved: (0, 0, 0))
        // Why unsafe: an address goes into the kernel's list. Why sound: the frame stays untouched until the batch
        // is emptied, which is after the call.
        unsafe outgoing[slot] = clinux_outgoing(
            target: target, octets: UnsafeRawPointer(datagram.octets.start),
            length: UInt32(truncatingIfNeeded: datagram.octets.count), problem: 0)
    }

    /// One call to the kernel, and the count of what became of it.
    @_noAllocation @_noLocks
    private mutating func hand(_ count: Int, to descriptor: Int32) {
        // Why unsafe: the kernel reads list and frames. Why sound: `count` entries were filled in just now.
        let dealt = unsafe clinux_batch_send(
            batch, descriptor, outgoing.pointer(at: 0), UInt32(truncatingIfNeeded: count))
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
