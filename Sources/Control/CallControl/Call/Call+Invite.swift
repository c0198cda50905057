import Billing
import Octets
import OfferAnswer
import Routing
import SIPAuth
import SIPDialog
import SIPMessage
import SIPTransaction
import SwitchConfig
import Timing

/// What one INVITE of ours needs to know of its target.
struct Invitation {
    /// The Request-URI.
    var target: SIPURI
    var to: SIPURI
    var hop: Hop
    var fromDomain: String?
    var routes: [NameAddress] = []
    var credentials: [DigestCredentials] = []

    init(target: SIPURI, to: SIPURI, hop: Hop) {
        self.target = target
        self.to = to
        self.hop = hop
    }
}

extension Call {
    /// Sends one INVITE of ours: a new leg with its row.
    func invite(_ party: Party, _ invitation: Invitation, usesFlow: Bool) {
        lastLeg += 1
        let address = LegAddress(call: number, leg: lastLeg)
        var negotiator = MediaNegotiator(sessionID: engine.generator.next() >> 2)
        guard let body = makeOffer(&negotiator, to: party, hop: invitation.hop) else {
            return failures.consider(AttemptFailure(status: 488, cause: .bearerNotImplemented, source: .local))
        }
        let outgoing = makeCall(address, party, invitation, body, usesFlow: usesFlow)
        var session = InviteSession(calling: outgoing)
        session.timers = engine.transactions.settings.timers
        let leg = Leg(
            address: address, party: party, localTag: outgoing.localTag, hop: invitation.hop, usesFlow: usesFlow,
            session: session, negotiator: negotiator,
            record: makeRecord(party, outgoing, invitation), now: engine.now)
        callees.append(leg)
        engine.count(leg)
        join(party)
        write(.setup(leg.record))
        drive(leg, .start)
    }

    private func makeCall(
        _ address: LegAddress, _ party: Party, _ invitation: Invitation, _ offer: [UInt8], usesFlow: Bool
    ) -> OutgoingCall {
        let domain = invitation.fromDomain ?? engine.configuration.sip.domain
        var target = invitation.target
        target.headers = []
        let goesToHop = usesFlow || invitation.routes.isEmpty
        return OutgoingCall(
            requestURI: .sip(target), from: identity.from(domain: domain),
            to: NameAddress(invitation.to),
            callID: address.text(shard: engine.shard, token: engine.tokens.nextText()) + "@" + domain,
            localTag: address.text(shard: engine.shard, token: engine.tokens.nextText()),
            contact: engine.contact(for: invitation.hop), routes: invitation.routes,
            headers: headers(for: party, domain: domain), offer: offer, credentials: invitation.credentials,
            maxForwards: maxForwards, firstHop: goesToHop ? .hop(invitation.hop) : .uri(target),
            path: usesFlow ? .flow : .contact, seed: engine.generator.next())
    }

    private func headers(for party: Party, domain: String) -> HeaderLines {
        var lines: HeaderLines = [
            (.allow, CallEngine.allow), (.userAgent, engine.configuration.sip.userAgent),
        ]
        // A caller who wants no name is told to trunks only, which have to know whom to bill. RFC 3325 §7.
        if let asserted = identity.asserted, !identity.isAnonymous || party.isTrusted {
            lines.append((.pAssertedIdentity, NameAddress(SIPURI(user: asserted, host: domain)).description))
        }
        lines += identity.passed
        return lines
    }
}

extension CallEngine {
    /// Our Contact as a peer behind this hop shall use it.
    func contact(for hop: Hop) -> NameAddress {
        let listener = listeners.listener(for: hop)
        var uri = SIPURI(
            user: "\(shard)", host: listener?.host ?? hop.local.address.hostText,
            port: listener.map(\.port) ?? hop.local.port)
        if hop.transport != .udp { uri.setParameter("transport", hop.transport.viaToken.lowercased()) }
        return NameAddress(uri)
    }
}

extension TrunkSettings {
    /// Host of Request-URI and To.
    var requestHost: String {
        if let domain { return domain }
        switch to?.host {
        case .address(let address): return address.hostText
        case .name(let name): return name
        case nil: return ""
        }
    }

    /// For its 401 and 407.
    var credentials: [DigestCredentials] {
        guard let user, let password else { return [] }
        return [DigestCredentials(username: user, password: password.value)]
    }
}
