package import Timing

/// The base intervals from which every transaction timer is derived. RFC 3261 §17.1.1.1 and table 4.
package struct TransactionTimers: Hashable, Sendable {
    /// Round-trip estimate.
    package var t1: TimeSpan
    /// Longest interval between retransmissions of a non-INVITE request or of an INVITE's response.
    package var t2: TimeSpan
    /// Longest time that a message stays in the network.
    package var t4: TimeSpan
    /// How long an INVITE client waits for repeated final responses: at least 32 s over UDP.
    package var d: TimeSpan

    package init(
        t1: TimeSpan = .milliseconds(500), t2: TimeSpan = .seconds(4), t4: TimeSpan = .seconds(5),
        d: TimeSpan = .seconds(32)
    ) {
        self.t1 = t1
        self.t2 = t2
        self.t4 = t4
        self.d = d
    }

    /// 64·T1: how long a request is tried, and how long an answer waits for its ACK.
    package var giveUp: TimeSpan { t1 * 64 }

    /// The interval that follows `interval` where doubling stops at T2.
    package func doubled(_ interval: TimeSpan) -> TimeSpan { min(interval * 2, t2) }

    /// When a client's timer E reaches T2: before that a 100 to a non-INVITE request over UDP only adds load, and
    /// at that moment it is owed. RFC 4320 §4.1.
    package var nonInviteTrying: TimeSpan {
        var interval = t1
        var elapsed = TimeSpan.seconds(0)
        while interval < t2 {
            elapsed = elapsed + interval
            interval = interval * 2
        }
        return elapsed
    }
}

/// What a client transaction's timer or transport decided. RFC 3261 §8.1.3.1.
package enum TransactionFailure: Hashable, Sendable {
    /// No final response in time: to be treated as 408.
    case timeout
    /// The transport refused or lost the hop: to be treated as 503.
    case transport

    package var status: Int {
        switch self {
        case .timeout: 408
        case .transport: 503
        }
    }
}

/// What a client machine asks of the layer that owns it.
package enum ClientEffect<Timer: Hashable & Sendable>: Hashable, Sendable {
    case sendRequest
    /// ACK of the non-2xx final response just received. RFC 3261 §17.1.1.3.
    case sendAck
    /// Hand the response just received to the transaction user.
    case deliver
    case arm(Timer, after: TimeSpan)
    case disarm(Timer)
    case fail(TransactionFailure)
    /// Forget this transaction.
    case retire
}

/// What a server machine asks of the layer that owns it.
package enum ServerEffect<Timer: Hashable & Sendable>: Hashable, Sendable {
    /// Send the response just given; with `keep` remember it for `repeatResponse`.
    case sendResponse(keep: Bool)
    case repeatResponse
    /// 100 Trying made by the layer, since the user has not answered yet.
    case sendTrying
    /// Hand the ACK just received to the transaction user. RFC 6026 §7.1.
    case deliverAck
    case arm(Timer, after: TimeSpan)
    case disarm(Timer)
    /// No ACK, or no answer by the user, in time.
    case timedOut
    /// Forget this transaction.
    case retire
}
