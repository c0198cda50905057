package import Octets
package import OfferAnswer
package import SIPAuth
package import SIPMessage
package import SIPTransaction
package import Timing

/// All that a headless phone is told when it is made. Addresses are numbers: names were resolved before.
package struct SoftphoneSettings: Sendable {
    /// Who we are: From of our calls, and the address of record that we register.
    package var identity: NameAddress
    /// The one transport that the phone has.
    package var transport: TransportKind
    /// The socket's own address and port; also what Via and Contact show.
    package var local: InetEndpoint
    /// Where requests outside a dialog go: the switch, or the far phone.
    package var outbound: InetEndpoint?
    package var registrar: RegistrarSettings?
    package var credentials: [DigestCredentials]
    /// Address, ports and codecs of our audio.
    package var media: LocalMedia
    package var codecOrder: CodecOrder
    package var plan: SoftphonePlan
    package var timers: TransactionTimers
    /// True randomness, drawn once: source of branches, tags and Call-IDs.
    package var secret: (UInt64, UInt64)
    package var userAgent: String

    package init(
        identity: NameAddress, transport: TransportKind = .udp, local: InetEndpoint, outbound: InetEndpoint? = nil,
        registrar: RegistrarSettings? = nil, credentials: [DigestCredentials] = [], media: LocalMedia,
        codecOrder: CodecOrder = .offerer, plan: SoftphonePlan, timers: TransactionTimers = .init(),
        secret: (UInt64, UInt64), userAgent: String = "tandem"
    ) {
        self.identity = identity
        self.transport = transport
        self.local = local
        self.outbound = outbound
        self.registrar = registrar
        self.credentials = credentials
        self.media = media
        self.codecOrder = codecOrder
        self.plan = plan
        self.timers = timers
        self.secret = secret
        self.userAgent = userAgent
    }
}

/// Where and for how long to register. RFC 3261 §10.2.
package struct RegistrarSettings: Sendable {
    /// The domain, as Request-URI: without a user part.
    package var uri: SIPURI
    /// Seconds asked for; the registrar may grant less, or ask for more (423).
    package var expires: UInt32

    package init(uri: SIPURI, expires: UInt32 = 300) {
        self.uri = uri
        self.expires = expires
    }
}

/// What the phone does by itself. Spans run from the answer unless they say otherwise; nil: never.
package struct SoftphonePlan: Sendable {
    package enum Task: Sendable {
        case call(RequestURI)
        /// Takes one call.
        case answer
        /// Registers, unregisters, and is done.
        case register
    }

    package var task: Task
    /// INVITE without an offer: the peer offers in its 200 (RFC 3261 §13.2.1).
    package var isLateOffer = false
    /// Ring this long before the answer or the refusal.
    package var ring = TimeSpan.zero
    /// Refuse with this status in place of answering.
    package var rejectStatus: Int?
    /// Cancel this long after the INVITE.
    package var cancelAfter: TimeSpan?
    /// Without an answered call give up this long after the start.
    package var giveUpAfter: TimeSpan?
    package var hangUpAfter: TimeSpan?
    package var holdAt: TimeSpan?
    package var resumeAt: TimeSpan?
    package var digits: [DTMFDigit] = []
    /// The first digit goes out then.
    package var digitsAt = TimeSpan.milliseconds(500)
    /// Length of one digit, 40 ms or more (ITU-T Q.24).
    package var digitLength = TimeSpan.milliseconds(100)
    /// From the end of one digit to the start of the next.
    package var digitGap = TimeSpan.milliseconds(100)

    package init(_ task: Task) { self.task = task }
}
