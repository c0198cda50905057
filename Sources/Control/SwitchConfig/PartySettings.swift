/// One of `accounts:`, a softphone or a line that registers.
package struct AccountSettings: Hashable, Sendable {
    package var user: String
    package var password: Secret
    /// Identities besides its own that it may put into From and P-Asserted-Identity; `*` allows any.
    package var allowFrom: [String] = []
    package var nat: NATPolicy?
    package var maxCalls: Int?
    package var codecs: [CodecName]?

    package init(user: String, password: Secret) {
        self.user = user
        self.password = password
    }
}

/// One of `trunks:`, another switch or a carrier.
package struct TrunkSettings: Hashable, Sendable {
    package var name: String
    /// Calls from these addresses are taken without a password.
    package var from: [AddressRange] = []
    /// Calls go there; nil for a trunk that only brings calls.
    package var to: HostPort?
    package var transport = ListenTransport.udp
    package var user: String?
    package var password: Secret?
    package var register = false
    package var expiresSeconds = 600
    /// Host of the Request-URI, the registration and To; nil stands for the host of `to`.
    package var domain: String?
    /// Host of From; nil stands for `domain`.
    package var fromDomain: String?
    package var nat: NATPolicy?
    package var maxCalls: Int?
    package var codecs: [CodecName]?

    package init(name: String) { self.name = name }
}

/// One of `routes:`
package struct RouteSettings: Hashable, Sendable {
    /// The rule's name in call records; `routes[n]` where the file gives none.
    package var name: String
    package var pattern: RoutePattern
    package var target: RouteTarget
    /// Characters taken off the front of the number.
    package var strip = 0
    /// Characters put before what is left.
    package var add = ""
    /// Ignores limits and `billing.no_record`.
    package var emergency = false

    package init(name: String, pattern: RoutePattern, target: RouteTarget) {
        self.name = name
        self.pattern = pattern
        self.target = target
    }
}

package enum RoutePattern: Hashable, Sendable {
    case prefix(String)
    case number(String)
}

package enum RouteTarget: Hashable, Sendable {
    /// Tried in order.
    case trunks([String])
    case application(SwitchApplication)
}

package enum SwitchApplication: String, CaseIterable, Sendable {
    case echo, milliwatt
}
