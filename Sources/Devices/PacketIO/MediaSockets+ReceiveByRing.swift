import CLinux
import Octets
import PacketDemux
import Rings
package import Timing

extension MediaSockets {
    /// `wait` by the receiving ring: the kernel receives for us while the thread is in it. RT safe: one system call.
    ///
    /// - Parameter span: nanoseconds.
    @_noAllocation @_noLocks
    mutating func waitByRing(_ span: Int64) -> WakeReason {
        // Why unsafe: the ring by its address. Why sound: it is closed after this thread has ended.
        guard let receiver = unsafe receiver else { return WakeReason() }
        if !isListening { listenToAll() }
        let left = keepLeft()
        _ = unsafe clinux_receive_ring_wait(receiver, left > 0 ? 0 : span)
        guard left < arrivals.count else { return WakeReason() }
        // Why unsafe: the kernel's news are written to the list. Why sound: it has room for as many as are asked for.
        let count = unsafe clinux_receive_ring_take(
            receiver, arrivals.pointer(at: left), UInt32(truncatingIfNeeded: arrivals.count &- left))
        return sortArrivals(left, left &+ Int(max(0, count)))
    }

    /// Moves datagrams that nobody has taken yet to the start of the list, and counts them. RT safe.
    @_noAllocation @_noLocks
    private mutating func keepLeft() -> Int {
        let left = readyCount &- readyNext
        var index = 0
        while index < left, readyNext > 0 {
            arrivals[index] = arrivals[readyNext &+ index]
            index &+= 1
        }
        readyNext = 0
        readyCount = left
        return left
    }

    /// Keeps the datagrams of the list, answers the bells, and listens again where the kernel stopped. RT safe: at
    /// most as many steps as the list is long.
    @_noAllocation @_noLocks
    private mutating func sortArrivals(_ first: Int, _ end: Int) -> WakeReason {
        var reason = WakeReason()
        var index = first
        while index < end {
            let arrival = arrivals[index]
            let isBell = isBell(arrival.token, noting: &reason)
            if arrival.has_ended != 0 { listenAgain(arrival, isBell: isBell) }
            if arrival.has_frame != 0 {
                arrivals[readyCount] = arrival
                readyCount &+= 1
            }
            index &+= 1
        }
        reason.sockets = readyCount
        return reason
    }

    /// `receive` from what the ring told. RT safe.
    @_noAllocation @_noLocks
    mutating func takeFromRing(into datagrams: inout DatagramBatch, now: MonotonicInstant) -> Bool {
        while readyNext < readyCount {
            if datagrams.room == 0 { return true }
            let arrival = arrivals[readyNext]
            readyNext &+= 1
            if arrival.token == Self.cardToken {
                takeFrame(arrival, into: &datagrams, now: now)
            } else if let socket = place(of: arrival.token) {
                if arrival.has_drops != 0 { noteDrops(arrival.drops, socket) }
                keep(
                    arrival.length, in: arrival.frame, isCut: arrival.truncated != 0, from: arrival.source,
                    at: socket, into: &datagrams, now: now)
            } else {
                giveBack(arrival.frame)
            }
        }
        return false
    }

    /// Takes the datagram out of a frame of the card, where there is one for us. RT safe.
    @_noAllocation @_noLocks
    private mutating func takeFrame(
        _ arrival: clinux_arrival, into datagrams: inout DatagramBatch, now: MonotonicInstant
    ) {
        let octets = datagrams.frame(Int(arrival.frame))
            .slice(from: FrameArena.headroom, count: Int(min(arrival.length, UInt32(FrameArena.payloadCapacity))))
        // One with a tag that the card took off is another network's.
        guard arrival.truncated == 0, arrival.has_tag == 0,
            let (found, port) = card?.datagram(in: octets, checksum: arrival.checksum, now: now)
        else { return giveBack(arrival.frame) }
        counters.packetsIn &+= 1
        counters.octetsIn &+= UInt64(found.payloadCount)
        datagrams.append(
            frame: arrival.frame, offset: FrameArena.headroom &+ found.payloadOffset, count: found.payloadCount,
            port: port, source: found.source, arrival: now)
    }

    /// Takes what changed on the card. RT safe: as `CardPort.takeChanges`.
    @_noAllocation @_noLocks
    package mutating func takeCardNews(_ reason: WakeReason, now: MonotonicInstant) {
        if reason.hasCardNews { card?.takeChanges(now: now) }
    }

    /// Hands a frame to the kernel. RT safe.
    @_noAllocation @_noLocks
    func giveBack(_ frame: UInt32) {
        // Why unsafe: the ring by its address. Why sound: as in `waitByRing`.
        if let receiver = unsafe receiver { unsafe clinux_receive_ring_give_back(receiver, frame) }
    }
}
