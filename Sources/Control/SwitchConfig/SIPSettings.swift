package import Octets

/// `sip:`
package struct SIPSettings: Hashable, Sendable {
    package var domain = "tandem.test"
    /// Further domains that are served as our own.
    package var aliases: [String] = []
    /// The public address behind 1:1 NAT, for Via, Contact and Record-Route.
    package var advertise: InetAddress?
    /// Exempt from rate limits and bans.
    package var trusted: [AddressRange] = []
    package var listen: [ListenURL] = SIPSettings.loopback
    package var userAgent = "Tandem"
    package var noAnswerSeconds = 120
    /// In-dialog OPTIONS on calls whose media is silent; 0 sends none.
    package var keepAliveSeconds = 60
    package var maxForwards = 70
    package var timers = SIPTimerSettings()
    package var limits = LimitSettings()
    package var auth = AuthSettings()
    package var registrar = RegistrarSettings()

    package init() {}

    private static let loopback = [
        ListenURL(transport: .udp, endpoint: InetEndpoint(address: .ipv4(0x7F00_0001), port: 5060)),
        ListenURL(transport: .tcp, endpoint: InetEndpoint(address: .ipv4(0x7F00_0001), port: 5060)),
    ]
}

/// `sip.timers:` RFC 3261 table 4.
package struct SIPTimerSettings: Hashable, Sendable {
    package var t1Milliseconds = 500
    package var t2Milliseconds = 4_000
    package var t4Milliseconds = 5_000

    package init() {}
}

/// `sip.limits:`
package struct LimitSettings: Hashable, Sendable {
    /// Calls at once.
    package var calls = 6_144
    /// New calls per second, all sources together; more are answered 503 with Retry-After.
    package var callsPerSecond = 1_000
    /// Failures per second of one source that is neither trusted, a trunk, nor authenticated; while it has more, it
    /// gets no answer outside of calls.
    package var sourcePerSecond = 100
    package var sourceBurst = 200
    /// Server transactions at once.
    package var transactions = 65_536
    /// Failed authentications and malformed messages of one source within the window that bring a ban.
    package var banFailures = 100
    package var banWindowSeconds = 60
    package var banSeconds = 300

    package init() {}
}

/// `sip.auth:`
package struct AuthSettings: Hashable, Sendable {
    /// One challenge each, in this order. RFC 8760.
    package var algorithms: [DigestName] = [.md5]
    package var nonceSeconds = 300
    /// Nil stands for the domain.
    package var realm: String?

    package init() {}
}

package enum DigestName: String, CaseIterable, Sendable {
    case md5 = "MD5"
    case sha256 = "SHA-256"
    case sha512_256 = "SHA-512-256"
}

/// `sip.registrar:`
package struct RegistrarSettings: Hashable, Sendable {
    package var minExpires = 60
    package var maxExpires = 3_600
    package var defaultExpires = 3_600
    /// Bindings per account.
    package var maxBindings = 10

    package init() {}
}
