package import Octets

/// Whether the media thread must get real-time scheduling.
package enum RealTimePolicy: UInt8, Sendable, BitwiseCopyable {
    case auto = 0
    case required = 1
    case off = 2
}

/// What the media side has to know to start; lies in the region's header, so that a media process of its
/// own needs nothing else.
package struct MediaConfiguration: Sendable, BitwiseCopyable {
    /// Local addresses of the media sockets; unspecified = that family is not used.
    package var address4: InetAddress = .unspecified
    package var address6: InetAddress = .unspecified
    /// The first even port of the pool and how many pairs are opened at start.
    package var firstPort: UInt16 = 20000
    package var pairCount: UInt16 = 64
    /// How many pairs may be open at once.
    package var pairCapacity: UInt16 = 256
    /// DSCP of media packets, 0...63.
    package var dscp: UInt8 = 46
    package var realTime: RealTimePolicy = .auto
    /// SCHED_FIFO priority 1...99.
    package var priority: UInt8 = 50
    /// The CPU that the thread is pinned to; negative = not pinned.
    package var cpu: Int16 = -1
    /// Contexts (calls) there is room for.
    package var contexts: UInt32 = 8192
    /// Pairs of PCM block lanes (headless softphones only).
    package var lanes: UInt16 = 0
    /// Mean RTCP interval in milliseconds (RFC 3550 section 6.2: 5 s).
    package var rtcpInterval: UInt32 = 5000
    /// Size asked for each socket's receive buffer, octets.
    package var receiveBuffer: UInt32 = 1 << 20
    /// Whether io_uring is asked for.
    package var usesRing: Bool = true
    /// Our canonical name in RTCP: random per start, as RFC 7022 asks; printed in hex.
    package var canonicalName: UInt64 = 0
    /// Seed of the media side's generators (RTCP intervals, first sequence numbers).
    package var seed: UInt64 = 0

    /// The defaults of Config/tandem.yaml. RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init() {}
}

/// How far the media side has come. Written by the media side, read by the control side.
package enum MediaState: UInt32, Sendable, BitwiseCopyable {
    case starting = 0
    case running = 1
    case failed = 2
    case stopped = 3
}

/// What the media side could get of the machine, or why it did not start; plain bits, put into words by
/// the control side.
package struct MediaReport: Sendable, BitwiseCopyable {
    package var state: MediaState = .starting
    /// errno of what failed, and the port it failed at (0 = not a port).
    package var failure: Int32 = 0
    package var failedPort: UInt16 = 0
    /// SCHED_FIFO holds, memory is locked, the thread is pinned.
    package var isRealTime: Bool = false
    package var isLocked: Bool = false
    package var isPinned: Bool = false
    /// errno of each refusal, 0 = none.
    package var scheduleRefusal: Int32 = 0
    package var lockRefusal: Int32 = 0
    package var pinRefusal: Int32 = 0
    /// errno with which the kernel refused io_uring; 0 = it sends, or was not asked for.
    package var ringRefusal: Int32 = 0
    package var processID: Int32 = 0

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init() {}
}
