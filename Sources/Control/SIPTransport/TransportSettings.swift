package import Timing

/// Limits of the transport.
package struct TransportSettings: Sendable {
    /// Connections that others may open, in all and from one address; as many of our own besides.
    package var connectionLimit = 4_096
    package var connectionsPerAddress = 128
    /// A connection on which nobody has authenticated is closed when it brings no message for so long: twice 64·T1.
    package var unprovenIdleLimit: TimeSpan = .seconds(64)
    /// Any connection is closed when nothing comes for so long.
    package var idleLimit: TimeSpan = .seconds(3_600)
    /// How often silent connections are looked for.
    package var sweepInterval: TimeSpan = .seconds(5)
    package var connectLimit: TimeSpan = .seconds(4)
    /// Octets that may wait for one connection: to be opened, or to be read by its far end.
    package var pendingOctetLimit = 1_048_576
    /// Octets that may wait when the kernel takes no more datagrams.
    package var datagramQueueLimit = 4_194_304
    /// Kernel buffers asked for on each UDP socket.
    package var receiveBuffer: Int32 = 8_388_608
    package var sendBuffer: Int32 = 4_194_304

    package init() {}
}

/// What the transport has seen, sent and refused.
package struct TransportCounts: Hashable, Sendable {
    package var datagramsIn: UInt64 = 0
    package var datagramsOut: UInt64 = 0
    /// Datagrams that the kernel refused, or that found the queue full.
    package var datagramsRefused: UInt64 = 0
    package var streamMessagesIn: UInt64 = 0
    package var streamMessagesOut: UInt64 = 0
    /// Empty datagrams and CRLF pings.
    package var keepAlives: UInt64 = 0
    /// STUN and other datagrams that are no SIP.
    package var ignored: UInt64 = 0
    /// Refused by the filter, before parsing.
    package var filtered: UInt64 = 0
    package var malformed: UInt64 = 0
    package var accepted: UInt64 = 0
    /// Connections refused for a limit.
    package var connectionsRefused: UInt64 = 0
    package var opened: UInt64 = 0
    package var openFailures: UInt64 = 0
    package var closedIdle: UInt64 = 0
    /// Connections closed since the far end did not read.
    package var closedFull: UInt64 = 0
}
