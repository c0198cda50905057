package import SIPMessage
package import SIPTransaction

/// Where a request shall go.
package enum NextHop: Hashable, Sendable {
    /// Known already: a registered flow, a trunk's address, the place that a challenge came from.
    case hop(Hop)
    /// The topmost route or the remote target; the engine resolves it. RFC 3261 §8.1.2, RFC 3263.
    case uri(SIPURI)
}

/// Where requests inside a dialog go when its route set is empty.
package enum DialogPath: Hashable, Sendable {
    /// To the remote target, as RFC 3261 §12.2.1.1 says.
    case contact
    /// To the hop that the peer's signalling came from last: for peers behind NAT, whose Contact is unreachable.
    case flow
}

/// One request that a session has sent. The engine keeps it beside the client transaction's id.
package struct RequestKey: Hashable, Sendable {
    package let number: UInt32

    package init(number: UInt32) { self.number = number }
}

/// The names of a session's timers. Arming one again moves it; `terminated` disarms all.
package enum SessionTimer: Hashable, Sendable, CaseIterable {
    /// A provisional response goes out again each minute. RFC 3261 §13.3.1.1.
    case repeatProgress
    /// The next repetition of an unacknowledged 2xx. RFC 3261 §13.3.1.4.
    case repeatAnswer
    /// 64·T1 without ACK for our 2xx. RFC 3261 §13.3.1.4.
    case awaitAck
    /// The back-off after 491. RFC 3261 §14.1.
    case glare
    /// 64·T1 after the first 2xx, in which other branches of a fork may still answer. RFC 3261 §13.2.2.4.
    case forks
}
