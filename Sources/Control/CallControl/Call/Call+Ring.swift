import Billing
import Octets
import OfferAnswer
import Registrar
import Routing
import SIPDialog
import SIPMessage
import SIPTransaction
import SwitchConfig
import Timing

/// Finding somebody who answers: targets in order, the phones of one account together.
extension Call {
    /// Puts the phones of an account before all other targets: groups of equal preference, one after the other
    /// (RFC 3261 §16.6). False when none is registered.
    func add(account: String) -> Bool {
        let bindings = engine.location.bindings(of: account, now: engine.now)
        var groups: [[Binding]] = []
        for binding in bindings {
            if let last = groups.last?.first, last.quality == binding.quality {
                groups[groups.count - 1].append(binding)
            } else {
                groups.append([binding])
            }
        }
        targets.insert(contentsOf: groups.map { .bindings(account, $0) }, at: 0)
        return !groups.isEmpty
    }

    /// Rings the next target, or gives up.
    func ringNext() {
        guard case .hunting = phase else { return }
        while resolving == 0, !callees.contains(where: { $0.state != .ended }) {
            guard !targets.isEmpty else { return giveUp() }
            ring(targets.removeFirst())
        }
    }

    private func ring(_ target: Target) {
        switch target {
        case .bindings(let account, let bindings):
            guard hasRoom(.account(account)) else {
                return failures.consider(AttemptFailure(status: 486, cause: .userBusy, source: .local))
            }
            for binding in bindings { ring(binding, of: account) }
        case .trunk(let name, let number): ring(trunk: name, number: number)
        case .trunkHop(let name, let number, let hop): ring(trunk: name, number: number, at: hop)
        case .place(let uri): ring(place: uri)
        case .placeHop(let uri, let hop):
            let invitation = Invitation(target: uri, to: uri, hop: hop)
            invite(.place(uri.host), invitation, usesFlow: false)
        }
        arm(.noAnswer, after: .seconds(engine.configuration.sip.noAnswerSeconds))
    }

    private func ring(_ binding: Binding, of account: String) {
        guard let uri = binding.uri else { return }
        let to = SIPURI(user: account, host: engine.configuration.sip.domain)
        var invitation = Invitation(target: uri, to: to, hop: binding.hop)
        invitation.routes = binding.path.compactMap { try? NameAddress(parsing: $0) }
        if !binding.usesFlow, invitation.routes.isEmpty {
            switch engine.route(to: uri) {
            case .hop(let hop): invitation.hop = hop
            case .name, .unreachable: break
            }
        }
        invite(.account(account), invitation, usesFlow: binding.usesFlow)
    }

    private func ring(trunk name: String, number: String) {
        guard let trunk = engine.directory.trunks[name], let to = trunk.to else { return skip(name) }
        guard isEmergency || hasRoom(.trunk(name)) else { return skip(name) }
        let transport: TransportKind = trunk.transport == .tcp ? .tcp : .udp
        switch to.host {
        case .address(let address):
            let endpoint = InetEndpoint(address: address, port: to.port ?? transport.defaultPort)
            ring(trunk: name, number: number, at: engine.hop(to: endpoint, transport))
        case .name(let host):
            resolving += 1
            engine.resolve(
                host, to.port, transport, for: .target(self.number, .trunk(name, number: number), transport))
        }
    }

    private func ring(trunk name: String, number: String, at hop: Hop) {
        guard let trunk = engine.directory.trunks[name] else { return }
        let host = trunk.requestHost
        var uri = SIPURI(user: number, host: host, port: trunk.domain == nil ? trunk.to?.port : nil)
        if hop.transport == .tcp { uri.setParameter("transport", "tcp") }
        var invitation = Invitation(target: uri, to: SIPURI(user: number, host: host), hop: hop)
        invitation.fromDomain = trunk.fromDomain ?? trunk.domain ?? engine.configuration.sip.domain
        invitation.credentials = trunk.credentials
        invite(.trunk(name), invitation, usesFlow: hop.transport.isReliable)
    }

    private func ring(place uri: SIPURI) {
        switch engine.route(to: uri) {
        case .hop(let hop):
            invite(.place(uri.host), Invitation(target: uri, to: uri, hop: hop), usesFlow: false)
        case .name(let host, let port, let transport):
            resolving += 1
            engine.resolve(host, port, transport, for: .target(number, .place(uri), transport))
        case .unreachable:
            failures.consider(AttemptFailure(status: 502, cause: .networkOutOfOrder, source: .local))
        }
    }

    /// The addresses of a target's name: tried one after the other.
    func resolved(_ target: Target, _ hops: [Hop]) {
        resolving -= 1
        guard case .hunting = phase else { return }
        switch target {
        case .trunk(let name, let number):
            if hops.isEmpty { skip(name) }
            targets.insert(contentsOf: hops.prefix(4).map { .trunkHop(name, number: number, $0) }, at: 0)
        case .place(let uri):
            if hops.isEmpty {
                failures.consider(AttemptFailure(status: 502, cause: .networkOutOfOrder, source: .local))
            }
            targets.insert(contentsOf: hops.prefix(4).map { .placeHop(uri, $0) }, at: 0)
        case .bindings, .trunkHop, .placeHop:
            break
        }
        ringNext()
    }

    /// A trunk that cannot be tried at all.
    private func skip(_ trunk: String) {
        tried.append(TriedRoute(trunk: trunk, sipStatus: 503, cause: .noCircuitAvailable, milliseconds: 0))
        failures.consider(AttemptFailure(status: 503, cause: .noCircuitAvailable, source: .local))
    }
}
