import CLinux
import Rings

/// The sockets of one pair; -1 = none.
struct PairSockets: Sendable, BitwiseCopyable {
    var rtp4: Int32
    var rtcp4: Int32
    var rtp6: Int32
    var rtcp6: Int32

    @_noAllocation @_noLocks
    init(rtp4: Int32, rtcp4: Int32, rtp6: Int32, rtcp6: Int32) {
        self.rtp4 = rtp4
        self.rtcp4 = rtcp4
        self.rtp6 = rtp6
        self.rtcp6 = rtcp6
    }

    static var none: PairSockets {
        @_noAllocation @_noLocks get { PairSockets(rtp4: -1, rtcp4: -1, rtp6: -1, rtcp6: -1) }
    }

    /// Descriptor of the socket with this number among the pair's, 0...3. RT safe.
    @_noAllocation @_noLocks
    func descriptor(_ place: Int) -> Int32 {
        switch place {
        case 0: return rtp4
        case 1: return rtcp4
        case 2: return rtp6
        default: return rtcp6
        }
    }
}

/// What the media thread asks of the keeper: to open a pair at a port, or to close what it was given.
struct PortRequest: Sendable, BitwiseCopyable {
    let pair: UInt16
    /// The RTP port; 0 = close `sockets`.
    let number: UInt16
    let sockets: PairSockets

    @_noAllocation @_noLocks
    init(pair: UInt16, number: UInt16, sockets: PairSockets) {
        self.pair = pair
        self.number = number
        self.sockets = sockets
    }
}

/// The keeper's answer to an opening: sockets, or the errno of the refusal.
struct PortReply: Sendable, BitwiseCopyable {
    let pair: UInt16
    /// The RTP port.
    let number: UInt16
    let problem: Int32
    let sockets: PairSockets
}

/// The media thread's line to the port keeper. Owner: the media thread.
struct PortKeeperLine: Sendable {
    let requests: SPSCRing<PortRequest>
    let replies: SPSCRing<PortReply>
    /// Rung for the keeper, and by the keeper.
    let requestBell: Int32
    let replyBell: Int32

    /// Asks; false if the line is full. RT safe: one system call, which does not wait.
    @_noAllocation @_noLocks
    func ask(_ request: PortRequest) -> Bool {
        guard requests.push(request) else { return false }
        _ = clinux_eventfd_signal(requestBell)
        return true
    }

    /// Takes the bell's signal. RT safe.
    @_noAllocation @_noLocks
    func silence() { _ = clinux_eventfd_drain(replyBell) }
}
