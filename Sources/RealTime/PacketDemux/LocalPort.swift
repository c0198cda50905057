/// Which of the two sockets of a port pair: the even one for RTP, the next one for RTCP.
package enum PortChannel: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case rtp = 0
    case rtcp = 1

    /// What is added to the pair's even port number: 0 or 1. RT safe.
    package var step: Int {
        @_noAllocation @_noLocks @inline(__always) get { Int(rawValue) }
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: PortChannel, right: PortChannel) -> Bool { left.rawValue == right.rawValue }
}

/// One of our UDP ports: a place in the pool of reserved pairs, and the channel of the pair.
///
/// The place is an index, never a port number. Which address family's socket is meant follows from the remote
/// address that stands beside it.
package struct LocalPort: Sendable, BitwiseCopyable {
    /// Index of the pair in the pool.
    package let pair: UInt16
    package let channel: PortChannel

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(pair: UInt16, channel: PortChannel) {
        self.pair = pair
        self.channel = channel
    }
}
