import SIPDialog

/// The names of the engine's deadlines.
enum EngineTimer: Hashable, Sendable {
    case session(LegAddress, SessionTimer)
    case call(UInt32, CallTimer)
    case trunk(String)
    /// A REGISTER's bindings are not on disk in time.
    case registration(UInt64)
    /// `drain_s` is over.
    case drained
}

/// The names of one call's deadlines.
enum CallTimer: UInt8, Hashable, Sendable {
    /// Nobody has answered for as long as may be.
    case noAnswer
    /// The record is not on disk in time.
    case commit
    /// A command found the media lane full.
    case media
    /// Interim record, proof of life, silence.
    case watch
    /// `billing.max_talk_s`.
    case longest
    /// The final counters have not come.
    case counters
}
