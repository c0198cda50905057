/// Everything that an operator can set, typed and checked. Docs/Configuration.md explains each key.
///
/// A value of this type is only made by reading a file (or `standard`), so names in routes exist and ranges hold.
package struct Configuration: Hashable, Sendable {
    package var node = NodeSettings()
    package var sip = SIPSettings()
    package var media = MediaSettings()
    package var accounts: [AccountSettings] = []
    package var trunks: [TrunkSettings] = []
    /// First match wins; accounts are tried before routes.
    package var routes: [RouteSettings] = []
    package var billing = BillingSettings()
    package var log = LogSettings()

    package init() {}
}

/// `node:`
package struct NodeSettings: Hashable, Sendable {
    package var name = "n1"
    /// Database, keys, recordings, local socket. Relative to the working directory.
    package var dataDirectory = "./var"
    /// How long running calls may go on after SIGTERM.
    package var drainSeconds = 30

    package init() {}
}

/// `billing:`
package struct BillingSettings: Hashable, Sendable {
    package var noRecord = NoRecordPolicy.reject
    package var interimSeconds = 60
    package var maxTalkSeconds = 14_400
    /// How long an answer may wait for its record.
    package var commitTimeoutMilliseconds = 500
    /// New billable calls are refused with less free space than this.
    package var diskMinimumMegabytes = 64
    /// Preallocated, given up when the disk is full so that running calls can be closed.
    package var reserveMegabytes = 16

    package init() {}
}

/// `billing.no_record`: what a call does whose record cannot be committed in time.
package enum NoRecordPolicy: String, CaseIterable, Sendable {
    case reject
    case alarm
}

/// `log:`
package struct LogSettings: Hashable, Sendable {
    package var level = LogLevel.info
    package var format = LogFormat.text

    package init() {}
}

package enum LogLevel: String, CaseIterable, Sendable {
    case trace, debug, info, notice, warning, error, critical
}

package enum LogFormat: String, CaseIterable, Sendable {
    case text, json
}
