package import Billing
package import MediaControl
package import Octets
package import Registrar
package import SIPMessage
package import SIPTransaction
package import SwitchConfig

/// What may happen to the engine.
package enum EngineEvent: Sendable {
    case received(ParsedMessage, Hop)
    /// Octets that are no message. The hop is where they came from.
    case malformed(MessageProblem, Hop)
    /// `nextDeadline` has come.
    case deadline
    /// A hop could not be reached, or its connection was lost.
    case transportFailed(Hop)
    /// The answer to `resolve`: endpoints in the order of preference; none when the name is unknown.
    case resolved(ResolveToken, [InetEndpoint])
    case media(MediaEvent)
    case ledger(LedgerEvent)
    /// Registrations of an earlier run. Before anything else.
    case restore([StoredBinding])
    /// Whether the ledger takes new billable calls; false when its disk is nearly full.
    case billing(accepting: Bool)
    /// SIGTERM: no new calls, `drained` when the last one has ended, BYE to those that outlast `drain_s`.
    case drain
    /// A second SIGTERM: BYE to all at once; `drained` after 5 s even if nobody answers.
    case endAllCalls
    /// An operator ends one call.
    case hangUp(UUIDv7)
    /// SIGHUP. Calls and registrations go on.
    case reconfigured(Configuration)
}

/// The engine's own number of a name that it asked for.
package struct ResolveToken: Hashable, Sendable {
    package let rawValue: UInt64
}

/// What the engine asks of its shell.
package enum EngineEffect: Sendable {
    case send([UInt8], Hop)
    /// RFC 3263. A port or a transport that is nil is to be found out.
    case resolve(host: String, port: UInt16?, transport: TransportKind?, ResolveToken)
    case ledger(LedgerOperation)
    /// Registrations to keep. With a token, that they are on disk is to be told.
    case bindings([BindingChange], token: LedgerToken?)
    /// Octets of peers in the text are escaped.
    case log(LogLevel, String)
    /// No call is left after `drain`.
    case drained
}
