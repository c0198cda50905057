import SIPAuth
import SIPMessage
import SIPTransaction
import SwitchConfig
import Timing

/// Our registration at one trunk's registrar: kept up until told to leave. RFC 3261 §10.2.
struct TrunkRegistration: Sendable {
    enum State: Sendable {
        /// Nothing is under way; the deadline starts the next attempt.
        case waiting
        case resolving
        case trying
        case registered
    }

    let trunk: TrunkSettings
    let callID: String
    let tag: String
    var state = State.waiting
    var client: DigestClient
    var sequence: UInt32 = 0
    var failures = 0
    /// Seconds to ask for; grows when a registrar finds it too brief. 0 while leaving.
    var expires: Int
    var isLeaving = false
    var hop: Hop?
    /// Requests of this attempt: a registrar that goes on challenging is not believed.
    var requests = 0
    var registeredUntil: MonotonicInstant?

    init(trunk: TrunkSettings, callID: String, tag: String) {
        self.trunk = trunk
        self.callID = callID
        self.tag = tag
        expires = trunk.expiresSeconds
        client = DigestClient(credentials: trunk.credentials)
    }

    /// The next REGISTER, with credentials once there has been a challenge.
    mutating func makeRequest(contact: NameAddress, userAgent: String, cnonce: String) -> SIPRequest {
        sequence += 1
        requests += 1
        let record = SIPURI(user: trunk.user ?? trunk.name, host: trunk.requestHost)
        let registrar = SIPURI(host: trunk.requestHost)
        var request = SIPRequest(method: .register, uri: .sip(registrar))
        request.maxForwards = 70
        request.from = NameAddress(record, tag: tag)
        request.to = NameAddress(record)
        request.callID = callID
        request.cseq = CSeqField(sequence, .register)
        var place = contact
        if case .sip(var uri) = place.uri {
            uri.user = trunk.user ?? trunk.name
            place.uri = .sip(uri)
        }
        request.contacts = [place]
        request.expires = UInt32(isLeaving ? 0 : expires)
        request.fields.set(.userAgent, userAgent)
        client.authorize(&request, cnonce: cnonce)
        return request
    }

    /// Back-off after a failure: 5 s, doubled, at most 5 min.
    var backOff: TimeSpan { min(.seconds(5) * (1 << min(max(failures - 1, 0), 6)), .seconds(300)) }

    /// Seconds that the registrar granted: the contact's own, else the response's, else what we asked for.
    func granted(by response: SIPResponse) -> Int {
        let user = trunk.user ?? trunk.name
        let own = response.contacts.first { $0.sip?.user == user }
        return Int(own?.expires ?? response.expires ?? UInt32(expires))
    }
}
