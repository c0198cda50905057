/// Media of a leg: what was agreed, what was counted, what was heard.
///
/// Nil stands for "not measured". Counts cover the whole leg, across re-INVITE.
package struct LegMedia: Hashable, Sendable {
    /// What we receive from the peer.
    package var codecIn: String?
    /// What we send to the peer.
    package var codecOut: String?
    package var packetMilliseconds: UInt16?
    package var transcoded = false
    package var dtmfMode: DTMFMode?
    package var packetsReceived: UInt64 = 0
    package var packetsSent: UInt64 = 0
    package var octetsReceived: UInt64 = 0
    package var octetsSent: UInt64 = 0
    /// RFC 3550 A.3: expected minus received; negative with duplicates.
    package var lost: Int32 = 0
    package var lateDiscarded: UInt32 = 0
    package var duplicates: UInt32 = 0
    package var reordered: UInt32 = 0
    /// Interarrival jitter, RFC 3550 A.8, µs.
    package var jitterMeanMicroseconds: UInt32?
    package var jitterMaxMicroseconds: UInt32?
    package var roundTripMilliseconds: UInt32?
    /// Mean opinion score × 100 of what we receive, 100...500.
    package var mosTimes100: UInt16?
    /// The same, as the peer's RTCP reports let us judge what it receives.
    package var mosRemoteTimes100: UInt16?
    /// Our own sending: the 99.9th percentile of lateness, µs.
    package var egressJitterP999Microseconds: UInt32?

    package init() {}
}
