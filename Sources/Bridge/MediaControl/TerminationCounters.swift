package import Octets
package import Timing

/// What one termination has counted since it was added. The media thread writes, everyone reads.
///
/// "In" is from the far end to us, "out" from us to the far end. Times in microseconds unless named.
package struct TerminationCounters: Sendable, BitwiseCopyable {
    /// The life of the slot that these figures belong to.
    package var generation: UInt32 = 0
    /// 1 when the context has ended and nothing changes any more.
    package var final: UInt8 = 0
    package var remoteReports: UInt8 = 0
    package var lastPayloadType: UInt8 = .max
    package var reserved: UInt8 = 0

    package var packetsIn: UInt64 = 0
    package var octetsIn: UInt64 = 0
    package var packetsOut: UInt64 = 0
    package var octetsOut: UInt64 = 0
    /// RFC 3550 A.3: expected less received, may be negative by duplicates.
    package var lostIn: Int64 = 0
    package var duplicatesIn: UInt32 = 0
    package var reorderedIn: UInt32 = 0
    /// Arrived too late for the playout of a tick context.
    package var lateIn: UInt32 = 0
    /// Arrived for this termination and was not used: wrong payload type, hold, malformed.
    package var refusedIn: UInt32 = 0
    package var eventsIn: UInt32 = 0
    package var concealed: UInt32 = 0

    /// Interarrival jitter (RFC 3550 A.8).
    package var jitterIn: UInt32 = 0
    package var jitterInMax: UInt32 = 0
    package var jitterInSum: UInt64 = 0
    package var jitterInSamples: UInt32 = 0
    /// What the far end reports of our stream.
    package var jitterRemote: UInt32 = 0
    package var lostRemote: Int32 = 0
    /// Round trip by LSR/DLSR; 0 = unknown.
    package var roundTrip: UInt32 = 0
    /// How late our own sending was: the far end cannot tell it from the network's jitter.
    package var egressLatenessMax: UInt32 = 0
    package var egressLatenessP999: UInt32 = 0

    /// Estimated listening quality x 100 (ITU-T G.107) of what we receive, and of what the far end reports.
    package var mosIn: UInt16 = 0
    package var mosRemote: UInt16 = 0

    package var firstIn = MonotonicInstant(nanoseconds: 0)
    package var lastIn = MonotonicInstant(nanoseconds: 0)
    package var lastOut = MonotonicInstant(nanoseconds: 0)
    /// Where the far end's media comes from now.
    package var source: InetEndpoint = .unspecified
    package var remoteSSRC: UInt32 = 0

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init() {}
}

/// What the whole media shard has counted. The media thread writes, everyone reads.
package struct ShardCounters: Sendable, BitwiseCopyable {
    package var packetsIn: UInt64 = 0
    package var packetsOut: UInt64 = 0
    package var octetsIn: UInt64 = 0
    package var octetsOut: UInt64 = 0
    /// Refused datagrams by reason (`Telemetry.DropReason` raw value).
    package var refused: InlineArray<32, UInt64> = InlineArray(repeating: 0)
    /// Dropped by the kernel on our sockets, full buffers (SO_RXQ_OVFL).
    package var kernelDrops: UInt64 = 0
    /// Not taken by the kernel when we sent.
    package var sendFailures: UInt64 = 0
    /// Where an interface is ours: datagrams that came and left in frames of ours, those that left the slow way by the
    /// kernel, and frames that were for nobody.
    package var framesIn: UInt64 = 0
    package var framesOut: UInt64 = 0
    package var slowOut: UInt64 = 0
    package var framesDropped: UInt64 = 0
    package var lostEvents: UInt64 = 0
    package var cycles: UInt64 = 0
    package var ticks: UInt64 = 0
    package var lateTicks: UInt64 = 0
    package var latestTick: UInt64 = 0
    /// CPU time of the media thread, nanoseconds.
    package var threadTime: UInt64 = 0
    package var contexts: UInt32 = 0
    package var reserved: UInt32 = 0

    /// RT safe. Bound: O(1).
    @_noAllocation @_noLocks
    package init() {}
}
