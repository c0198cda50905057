import CLinux
import PacketDemux
import Rings

/// What became of a port that was claimed or given back.
package struct PortAnswer: Sendable, BitwiseCopyable {
    /// Index of the pair in the pool.
    package let pair: UInt16
    /// Whether its sockets are open now.
    package let isOpen: Bool
    /// errno of the refusal; 0 = none.
    package let problem: Int32

    /// RT safe.
    @_noAllocation @_noLocks
    init(pair: UInt16, isOpen: Bool, problem: Int32) {
        self.pair = pair
        self.isOpen = isOpen
        self.problem = problem
    }
}

extension MediaSockets {
    /// Has the sockets of a pool entry opened at an even port and the next one. The answer comes by
    /// `nextPortAnswer`, unless it is known at once. RT safe: one system call.
    @_noAllocation @_noLocks
    package func claim(_ pair: UInt16, at number: UInt16) -> PortAnswer? {
        let first = Int(pair) &* SocketIndex.perPair
        guard first < descriptors.count, number > 0, number & 1 == 0, isClosed(pair) else {
            return PortAnswer(pair: pair, isOpen: false, problem: CLINUX_EADDRINUSE)
        }
        let request = PortRequest(pair: pair, number: number, sockets: .none)
        return keeper.ask(request) ? nil : PortAnswer(pair: pair, isOpen: false, problem: CLINUX_EAGAIN)
    }

    /// Stops hearing the sockets of a pool entry and has them closed. RT safe: at most 5 system calls.
    ///
    /// What has arrived and was not read is lost with them. The ports are free for others a moment after the answer.
    /// Unsent datagrams of the cycle are counted as failures.
    @_noAllocation @_noLocks
    package func relinquish(_ pair: UInt16) -> PortAnswer {
        guard Int(pair) < pairCapacity else { return PortAnswer(pair: pair, isOpen: false, problem: CLINUX_EPERM) }
        let first = Int(pair) &* SocketIndex.perPair
        let sockets = PairSockets(
            rtp4: descriptors[first], rtcp4: descriptors[first &+ 1], rtp6: descriptors[first &+ 2],
            rtcp6: descriptors[first &+ 3])
        guard keeper.ask(PortRequest(pair: pair, number: 0, sockets: sockets)) else {
            return PortAnswer(pair: pair, isOpen: true, problem: CLINUX_EAGAIN)
        }
        var place = 0
        while place < SocketIndex.perPair {
            stopListening(to: first &+ place)
            descriptors[first &+ place] = -1
            dropMarks[first &+ place] = 0
            place &+= 1
        }
        card?.ports.release(pair)
        return PortAnswer(pair: pair, isOpen: false, problem: 0)
    }

    /// The next answer of the keeper, its sockets being heard from now on; nil when there is none.
    /// RT safe: at most 4 system calls.
    @_noAllocation @_noLocks
    package func nextPortAnswer() -> PortAnswer? {
        guard let reply = keeper.replies.pop() else { return nil }
        if reply.problem == 0 { hear(reply.sockets, as: reply.pair, at: reply.number) }
        return PortAnswer(pair: reply.pair, isOpen: reply.problem == 0, problem: reply.problem)
    }

    /// Puts a pair's sockets, bound to `number` and the next port, into the table and listens to them. RT safe: at most 4 system calls.
    @_noAllocation @_noLocks
    func hear(_ sockets: PairSockets, as pair: UInt16, at number: UInt16) {
        card?.ports.reserve(number, for: pair)
        let first = Int(pair) &* SocketIndex.perPair
        var place = 0
        while place < SocketIndex.perPair {
            descriptors[first &+ place] = sockets.descriptor(place)
            dropMarks[first &+ place] = 0
            listen(to: first &+ place)
            place &+= 1
        }
    }

    /// Whether nothing is open at a pool entry. RT safe.
    @_noAllocation @_noLocks
    package func isClosed(_ pair: UInt16) -> Bool {
        let first = Int(pair) &* SocketIndex.perPair
        guard Int(pair) < pairCapacity else { return false }
        return descriptors[first] < 0 && descriptors[first &+ 2] < 0
    }
}
