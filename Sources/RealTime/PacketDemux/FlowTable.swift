package import Octets
import Rings
package import Telemetry
package import Timing

/// Decides for each datagram which termination it is for: by local port, remote endpoint and SSRC, after proof.
///
/// A few port pairs carry thousands of calls, and many far ends may share one endpoint, so nothing is guessed:
/// what fits more than one flow is refused and counted. Docs/Architecture has the rules with their reasons.
/// Sans-IO; time is an argument. Owner: the media thread of its shard.
package struct FlowTable: Sendable {
    let entries: SlotArray<FlowEntry>
    let index: FlowIndex
    var quarantine: FlowQuarantine
    private var events: FixedQueue<FlowEvent>
    /// Refused datagrams by reason.
    package private(set) var refused = DropCounters()
    /// Notices that found the queue full.
    package private(set) var lostEvents: UInt64 = 0
    /// Flows in the table.
    package internal(set) var count = 0

    @_noAllocation @_noLocks
    init(
        entries: SlotArray<FlowEntry>, index: FlowIndex, quarantine: FlowQuarantine, events: FixedQueue<FlowEvent>
    ) {
        self.entries = entries
        self.index = index
        self.quarantine = quarantine
        self.events = events
    }

    /// Terminations there is room for. RT safe.
    package var capacity: Int { @_noAllocation @_noLocks get { entries.count } }

    /// Says where a datagram goes. RT safe.
    ///
    /// Bound: one look-up for a packet of a proven stream; for others at most 8 look-ups of at most
    /// `FlowIndex.probeLimit` places, `candidateLimit` flows, and for RTCP the 31 blocks of its first report.
    @_noAllocation @_noLocks
    package mutating func route(
        _ datagram: OctetBuffer, to port: LocalPort, from source: InetEndpoint, now: MonotonicInstant
    ) -> FlowVerdict {
        switch DatagramClass(datagram) {
        case .rtp:
            guard port.channel == .rtp else { return drop(.notRTCP) }
            return routeRTP(
                StreamStep(
                    pair: port.pair, from: source, source: datagram.uint32(at: 8), sequence: datagram.uint16(at: 2),
                    now: now))
        case .rtcp:
            return routeRTCP(datagram, to: port, from: source, now: now)
        case .stun, .zrtp, .dtls, .turnChannel:
            return routeAside(datagram, to: port, from: source)
        case .truncated:
            return drop(.truncated)
        case .unknown:
            return drop(.unknownClass)
        }
    }

    /// Where RTP for the far end of `flow` goes: its proven source, else its signalled endpoint; unspecified if
    /// there is none. RT safe.
    @_noAllocation @_noLocks
    package func rtpDestination(of flow: FlowID) -> InetEndpoint {
        guard isCurrent(flow) else { return .unspecified }
        let slot = Int(flow.slot)
        if entries[slot].wanted.rtp.isUnspecified { return .unspecified }
        return entries[slot].rtp
    }

    /// Where RTCP for the far end of `flow` goes. RT safe.
    ///
    /// As long as only its RTP was seen behind a NAT, that is the port after it (RFC 3550 section 11).
    @_noAllocation @_noLocks
    package func rtcpDestination(of flow: FlowID) -> InetEndpoint {
        guard isCurrent(flow) else { return .unspecified }
        let entry = entries[Int(flow.slot)]
        if entry.wanted.rtp.isUnspecified { return .unspecified }
        if entry.wanted.isMultiplexed { return entry.rtp }
        if entry.isRTPMoved, !entry.isRTCPMoved, entry.rtp.port < .max {
            return InetEndpoint(address: entry.rtp.address, port: entry.rtp.port &+ 1)
        }
        return entry.rtcp
    }

    /// The next notice; nil when there is none. RT safe.
    @_noAllocation @_noLocks
    package mutating func nextEvent() -> FlowEvent? { events.pop() }

    /// Lets freed keys go whose rest is over. Call once a cycle. RT safe: at most 16 keys.
    @_noAllocation @_noLocks
    package mutating func rest(now: MonotonicInstant) { quarantine.expire(now: now, in: index) }

    /// Freed keys that rest now. RT safe.
    package var resting: Int { @_noAllocation @_noLocks get { quarantine.count } }

    /// Whether `flow` names the life that its slot is in. RT safe.
    @_noAllocation @_noLocks
    package func isCurrent(_ flow: FlowID) -> Bool {
        Int(flow.slot) < entries.count && flow.generation != 0
            && entries[Int(flow.slot)].generation == flow.generation
    }

    @_noAllocation @_noLocks
    func id(_ slot: Int) -> FlowID {
        FlowID(slot: UInt32(truncatingIfNeeded: slot), generation: entries[slot].generation)
    }

    @_noAllocation @_noLocks
    mutating func drop(_ reason: DropReason) -> FlowVerdict {
        refused.count(reason)
        return .dropped(reason)
    }

    @_noAllocation @_noLocks
    mutating func tell(
        _ notice: FlowNotice, _ slot: Int, _ channel: PortChannel, _ endpoint: InetEndpoint, _ source: UInt32
    ) {
        if !events.push(FlowEvent(notice, id(slot), channel, endpoint, source)) { lostEvents &+= 1 }
    }

    /// Tells once for each flow that it can't be told from another.
    @_noAllocation @_noLocks
    mutating func tellAmbiguous(_ slot: Int, _ endpoint: InetEndpoint, _ source: UInt32) {
        guard !entries[slot].isReported else { return }
        entries[slot].isReported = true
        tell(.ambiguous, slot, .rtp, endpoint, source)
    }

    /// STUN and its like go to the control side when their endpoint belongs to one flow.
    @_noAllocation @_noLocks
    private mutating func routeAside(
        _ datagram: OctetBuffer, to port: LocalPort, from source: InetEndpoint
    ) -> FlowVerdict {
        let kind: FlowKeyKind = port.channel == .rtp ? .rtpEndpoint : .rtcpEndpoint
        let found = index.find(FlowKey(kind, pair: port.pair, source))
        guard found.count == 1 else { return drop(found.count == 0 ? .unknownSource : .ambiguous) }
        return .aside(id(FlowRole.slot(ofLink: found.head)), DatagramClass(datagram))
    }
}
