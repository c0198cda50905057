import CLinux
import PacketDemux
import Rings

extension MediaSockets {
    /// Sends socket by socket. RT safe: one system call for each socket and each 64 of its datagrams.
    @_noAllocation @_noLocks
    mutating func sendBySocket(_ datagrams: EgressBatch) {
        let groups = group(datagrams)
        var group = 0
        while group < groups {
            let socket = Int(touched[group])
            sendChain(from: socket, datagrams)
            chainEnds[socket] = SendChain(first: -1, last: -1)
            group &+= 1
        }
    }

    /// Chains the entries of each socket; returns how many sockets there are. RT safe: one pass.
    @_noAllocation @_noLocks
    private mutating func group(_ datagrams: EgressBatch) -> Int {
        var groups = 0
        var entry = 0
        while entry < datagrams.count {
            if let socket = openSocket(for: datagrams[entry]) {
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

    /// One call to the kernel, and the count of what became of it.
    @_noAllocation @_noLocks
    private mutating func hand(_ count: Int, to descriptor: Int32) {
        // Why unsafe: the kernel reads list and frames. Why sound: `count` entries were filled in just now.
        let dealt = unsafe clinux_batch_send(
            batch, descriptor, outgoing.pointer(at: 0), UInt32(truncatingIfNeeded: count))
        note(dealt, of: count)
    }
}
