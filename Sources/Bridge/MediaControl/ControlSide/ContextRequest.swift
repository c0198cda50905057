package import Octets

/// One side of a context that is to be opened.
package struct TerminationRequest: Sendable, Hashable {
    package var kind: TerminationKind
    /// The far end's RTP address: known from its description, or expected from earlier calls; keeps calls
    /// of one far endpoint on different pairs while they prove themselves.
    package var remote: InetEndpoint?
    /// Packet time reserved for, milliseconds.
    package var packetTime: Int
    /// Lane of block audio (`blocks` only).
    package var lane: Int

    package init(kind: TerminationKind, remote: InetEndpoint? = nil, packetTime: Int = 20, lane: Int = 0) {
        self.kind = kind
        self.remote = remote
        self.packetTime = packetTime
        self.lane = lane
    }
}

/// What a side got: its port pair and its synchronisation source.
package struct LocalTermination: Sendable, Hashable {
    package let portIndex: UInt16
    /// RTP port number; RTCP is the next one. 0 for terminations without a port.
    package let rtpPort: UInt16
    package let ssrc: UInt32
}

/// A context that has its slot and its ports.
package struct OpenedContext: Sendable, Hashable {
    package let id: ContextID
    package var a: LocalTermination
    package var b: LocalTermination
}

/// Answer to a request for a context. All but the first mean 503 with Q.850 cause 34.
package enum Opening: Sendable, Equatable {
    case opened(OpenedContext)
    /// The command lane is full.
    case busy
    /// No slot, or no port pair that may take a call.
    case exhausted
    /// It would take what admitted calls were promised.
    case overCapacity
}
