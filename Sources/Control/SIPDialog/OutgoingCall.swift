package import SIPAuth
package import SIPMessage

/// Header lines that an owner adds to a request or a response, in order.
package typealias HeaderLines = [(name: HeaderName, value: String)]

/// All that an INVITE needs which only its owner knows. RFC 3261 §8.1.1, §13.2.1.
package struct OutgoingCall: Sendable {
    package var requestURI: RequestURI
    /// Without tag: the session puts `localTag` there.
    package var from: NameAddress
    package var to: NameAddress
    package var callID: String
    /// Fresh and unguessable, at least 32 bits of chance. RFC 3261 §19.3.
    package var localTag: String
    package var contact: NameAddress
    /// A preloaded route set, topmost first.
    package var routes: [NameAddress]
    /// Further header lines of the INVITE: Allow, Supported, P-Asserted-Identity...
    package var headers: HeaderLines
    /// The body; nil makes the peer offer in its 2xx.
    package var offer: [UInt8]?
    package var contentType: String
    package var credentials: [DigestCredentials]
    package var maxForwards: Int
    package var firstHop: NextHop
    package var path: DialogPath
    /// Chance for client nonces and the glare back-off; one draw per call.
    package var seed: UInt64

    package init(
        requestURI: RequestURI, from: NameAddress, to: NameAddress, callID: String, localTag: String,
        contact: NameAddress, routes: [NameAddress] = [], headers: HeaderLines = [], offer: [UInt8]?,
        contentType: String = "application/sdp", credentials: [DigestCredentials] = [], maxForwards: Int = 70,
        firstHop: NextHop, path: DialogPath = .contact, seed: UInt64
    ) {
        self.requestURI = requestURI
        self.from = from
        self.to = to
        self.callID = callID
        self.localTag = localTag
        self.contact = contact
        self.routes = routes
        self.headers = headers
        self.offer = offer
        self.contentType = contentType
        self.credentials = credentials
        self.maxForwards = maxForwards
        self.firstHop = firstHop
        self.path = path
        self.seed = seed
    }
}
