import Octets
import Routing
import SIPAuth
import SIPMessage
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// Registrations at trunks, kept up.
extension CallEngine {
    func startRegistrations() {
        for name in directory.trunks.names {
            guard let trunk = directory.trunks[name], trunk.register, trunk.to != nil else { continue }
            registrations[name] = TrunkRegistration(
                trunk: trunk, callID: tokens.nextText() + "@" + configuration.sip.domain, tag: tokens.nextText())
            deadlines.arm(.trunk(name), at: now)
        }
    }

    /// Time for a first attempt, a refresh, or another try.
    func registrationDue(_ name: String) {
        guard let registration = registrations[name], let to = registration.trunk.to else { return }
        let transport: TransportKind = registration.trunk.transport == .tcp ? .tcp : .udp
        registrations[name]?.requests = 0
        switch to.host {
        case .address(let address):
            let endpoint = InetEndpoint(address: address, port: to.port ?? transport.defaultPort)
            register(name, at: hop(to: endpoint, transport))
        case .name(let host):
            registrations[name]?.state = .resolving
            resolve(host, to.port, transport, for: .trunk(name, transport))
        }
    }

    func registrationResolved(_ name: String, _ hops: [Hop]) {
        guard let first = hops.first else { return registrationFailed(name) }
        register(name, at: first)
    }

    private func register(_ name: String, at hop: Hop) {
        guard var registration = registrations[name] else { return }
        registration.state = .trying
        registration.hop = hop
        let request = registration.makeRequest(
            contact: contact(for: hop), userAgent: configuration.sip.userAgent, cnonce: tokens.nextText())
        registrations[name] = registration
        var effects: [LayerEffect] = []
        let id = transactions.start(request, to: hop, now: now, into: &effects)
        clients[id] = .trunk(name)
        run(effects)
    }

    func registrationAnswered(_ name: String, _ response: SIPResponse, from hop: Hop) {
        guard response.isFinal, let registration = registrations[name] else { return }
        switch response.status {
        case 200...299: registrationGranted(name, response, hop)
        case 401, 407:
            guard registration.requests < 4, registrations[name]?.client.take(response) == true else {
                log(.error, "trunk \(name): registration refused, wrong user or password")
                return registrationFailed(name)
            }
            register(name, at: hop)
        case 423:
            guard let least = response.minExpires, Int(least) > registration.expires, least <= 86_400 else {
                return registrationFailed(name)
            }
            registrations[name]?.expires = Int(least)
            register(name, at: hop)
        default:
            log(.warning, "trunk \(name): registration answered with \(response.status)")
            registrationFailed(name, retryAfter: response.retryAfter)
        }
    }

    private func registrationGranted(_ name: String, _ response: SIPResponse, _ hop: Hop) {
        guard var registration = registrations[name] else { return }
        registration.client.noteAccepted()
        guard !registration.isLeaving else {
            registrations[name] = nil
            return
        }
        let seconds = max(registration.granted(by: response), 10)
        if registration.registeredUntil == nil { log(.notice, "trunk \(name): registered for \(seconds) s") }
        registration.state = .registered
        registration.failures = 0
        registration.registeredUntil = now + .seconds(seconds)
        registrations[name] = registration
        registrarAddresses[hop.remote.address] = name
        health.answered(name)
        // Early enough for a whole transaction to time out before it is too late.
        let lead = min(35, seconds / 4)
        deadlines.arm(.trunk(name), at: now + .seconds(seconds - lead))
    }

    func registrationFailed(_ name: String, retryAfter: UInt32? = nil) {
        guard var registration = registrations[name] else { return }
        guard !registration.isLeaving else {
            registrations[name] = nil
            return
        }
        registration.failures += 1
        registration.state = .waiting
        let wish = TimeSpan.seconds(Int(min(retryAfter ?? 0, 3_600)))
        let delay = max(registration.backOff, wish)
        if let until = registration.registeredUntil, until <= now + delay {
            registration.registeredUntil = nil
            registrarAddresses = registrarAddresses.filter { $0.value != name }
        }
        registrations[name] = registration
        log(.warning, "trunk \(name): not registered, next attempt in \(delay.wholeSeconds) s")
        deadlines.arm(.trunk(name), at: now + delay)
    }

    /// No calls are wanted any more: the registrars are told.
    func leaveRegistrars() {
        for (name, registration) in registrations {
            deadlines.disarm(.trunk(name))
            guard registration.registeredUntil != nil, let hop = registration.hop else {
                registrations[name] = nil
                continue
            }
            registrations[name]?.isLeaving = true
            registrations[name]?.requests = 0
            register(name, at: hop)
        }
    }

    /// Trunks that are new or changed register anew; those that are gone are left to run out.
    func reconfigureRegistrations(from old: Configuration) {
        let before = Dictionary(old.trunks.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let changed = registrations.keys.filter { before[$0] != directory.trunks[$0] }
        for name in changed {
            deadlines.disarm(.trunk(name))
            registrations[name] = nil
            registrarAddresses = registrarAddresses.filter { $0.value != name }
        }
        let kept = registrations
        startRegistrations()
        for (name, registration) in kept {
            registrations[name] = registration
            guard case .registered = registration.state, let until = registration.registeredUntil else { continue }
            deadlines.arm(.trunk(name), at: max(now, until - .seconds(35)))
        }
    }

    /// What `tandem status` shows: trunks that register, and whether they are.
    package func trunkStates() -> [(name: String, isRegistered: Bool, failures: Int)] {
        registrations.keys.sorted().map { name in
            let registration = registrations[name]
            return (name, registration?.registeredUntil.map { $0 > now } ?? false, registration?.failures ?? 0)
        }
    }
}
