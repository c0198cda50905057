package import Octets

/// `media:`
package struct MediaSettings: Hashable, Sendable {
    package var mode = InterfaceMode.sockets
    /// Needed by `owned` and `xdp`.
    package var interface: String?
    package var address: InetAddress = .ipv4(0x7F00_0001)
    package var address6: InetAddress?
    package var advertise: InetAddress?
    package var advertise6: InetAddress?
    package var ports = PortRange(first: 20_000, last: 20_127)
    package var portMode = PortMode.shared
    package var realtime = RealTimePolicy.auto
    /// SCHED_FIFO priority of the media thread.
    package var realtimePriority = 50
    /// The processor that the media thread stays on; nil lets the kernel choose.
    package var cpu: Int?
    package var process = MediaProcess.thread
    package var ioUring = RingPolicy.auto
    package var transmit = TransmitPolicy.strict
    package var codecs: [CodecName] = [.pcmu, .pcma]
    package var packetMilliseconds = 20
    /// Payload type of telephone-event in our offers.
    package var telephoneEventType = 101
    package var maxCalls = 6_144
    package var capacity = MediaCapacity.measured
    package var nat = NATPolicy.proof
    package var rtcpIntervalMilliseconds = 5_000
    /// Differentiated services code point of media packets.
    package var dscp = 46
    /// A call ends when no RTP came from either side for this long; hold is exempt; 0 never ends one.
    package var inactivitySeconds = 300

    package init() {}
}

/// `media.mode`: who owns the interface.
package enum InterfaceMode: String, CaseIterable, Sendable {
    case sockets, owned, xdp
}

/// `media.port_mode`
package enum PortMode: String, CaseIterable, Sendable {
    case shared
    case perCall = "per-call"
}

/// `media.realtime`
package enum RealTimePolicy: String, CaseIterable, Sendable {
    case auto, required, off
}

/// `media.process`: where the media plane runs.
package enum MediaProcess: String, CaseIterable, Sendable {
    case thread, child
}

/// `media.io_uring`: whether it is asked for; refused, it is done without in any case.
package enum RingPolicy: String, CaseIterable, Sendable {
    case auto, off
}

/// `media.transmit`, with mode `owned`: whether voice goes ahead of the machine's other frames, or, to be compared,
/// with them by the proxy.
package enum TransmitPolicy: String, CaseIterable, Sendable {
    case strict, shared
}

/// `nat:` what moves a stream to another source than the signalled one.
package enum NATPolicy: String, CaseIterable, Sendable {
    case proof, strict, any
}

/// `media.capacity`: packets per second that admission may hand out.
package enum MediaCapacity: Hashable, Sendable {
    /// Measured at start.
    case measured
    case packetsPerSecond(Int)
}

package enum CodecName: String, CaseIterable, Sendable {
    case pcmu = "PCMU"
    case pcma = "PCMA"
}
