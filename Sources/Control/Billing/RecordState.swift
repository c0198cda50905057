/// Where a record is in its life. Docs/CallRecords.md has the picture.
package enum RecordState: String, CaseIterable, Sendable {
    /// An INVITE came or was sent; nothing is answered.
    case setup
    /// Answered, and committed as such before the caller heard of it.
    case open
    /// As `open`, with at least one interim update.
    case interim
    /// The leg ended and the record is final.
    case closed
    /// The leg was cut off by a crash or power loss; the record is final.
    case recovered

    /// True when nothing may change the record any more.
    package var isFinal: Bool {
        switch self {
        case .setup, .open, .interim: false
        case .closed, .recovered: true
        }
    }
}

/// Why a record was closed: the event, where `disposition` is the outcome.
package enum CloseReason: String, CaseIterable, Sendable {
    case hangup
    /// The caller gave up, or another leg of the same call answered.
    case cancel
    /// A final response other than 2xx.
    case refused
    /// The no-answer time-out of this switch, or silence of the peer's signalling.
    case timeout
    /// `billing.max_talk_s` or a prepaid limit.
    case limit
    /// No RTP in both directions for `media.inactivity_s`.
    case inactivity
    /// The peer answered 408 or 481, or nothing, to an in-dialog request.
    case peerLost = "peer_lost"
    /// No ACK for our 200 within 64·T1.
    case noACK = "no_ack"
    /// The record could not be committed in time, and the policy is `reject`.
    case noRecord = "no_record"
    /// The switch is being shut down.
    case shutdown
    /// Found open by a later start.
    case crash
    /// This switch could not go on: no port, no capacity, an internal problem.
    case failure
}

/// Which way the INVITE of this leg went, seen from the switch.
package enum LegDirection: String, CaseIterable, Sendable {
    case inbound = "in"
    case outbound = "out"
}

/// Who ended the call: the caller's side, the called side, or this switch.
package enum ReleasedBy: String, CaseIterable, Sendable {
    case caller = "a"
    case callee = "b"
    case ourselves = "self"
}

/// Where the Q.850 value comes from: a Reason field, our table, or our own decision.
package enum CauseSource: String, CaseIterable, Sendable {
    case received = "recv"
    case mapped
    case local
}

/// How DTMF travels on the leg.
package enum DTMFMode: String, CaseIterable, Sendable {
    case rfc4733
    case info
    case inband
}
