package import Registrar
import Routing
import SIPAuth
import SIPMessage
import SIPTransaction
import SwitchConfig
package import Timing

/// REGISTER, between the gate and the location service. RFC 3261 §10.3.
extension CallEngine {
    func gateRegister(_ request: SIPRequest, from hop: Hop) {
        let unknown = unknownOptions(of: request, known: ["path"])
        guard unknown.isEmpty else { return answer(badExtension(request, unknown), to: request, from: hop) }
        guard let user = authenticate(request, from: hop, as: .server) else { return }
        pass(request, from: hop, as: .account(user))
    }

    func registered(_ request: SIPRequest, _ id: ServerTransactionID, from hop: Hop, by party: Party) {
        guard let user = party.account else { return respond(id, makeResponse(to: request, status: 403)) }
        var outcome = location.handle(
            request, authenticatedUser: user, domains: directory.domains, isAccount: directory.plan.isAccount,
            hop: hop, toTag: statelessTag(of: request), now: now, wall: wall)
        outcome.response.fields.set(.server, configuration.sip.userAgent)
        let count = location.bindings(of: user, now: now).count
        log(
            .info, "REGISTER \(LogText.escaped(user)) from \(hop.remote): \(outcome.response.status), \(count) bindings"
        )
        guard !outcome.changes.isEmpty else { return respond(id, outcome.response) }
        respond(id, outcome.response, after: outcome.changes)
    }

    func restore(_ rows: [StoredBinding]) {
        let changes = location.restore(rows, isAccount: directory.plan.isAccount, now: now, wall: wall)
        if !changes.isEmpty { emit(.bindings(changes, token: nil)) }
        log(.info, "\(location.accountCount) accounts are registered from before")
    }

    /// What `tandem registrations` shows.
    package func registrationList(now: MonotonicInstant) -> [Binding] { location.all(now: now) }
}

extension RegistrarPolicy {
    init(_ settings: RegistrarSettings) {
        self.init(
            shortest: UInt32(clamping: settings.minExpires), usual: UInt32(clamping: settings.defaultExpires),
            longest: UInt32(clamping: settings.maxExpires), bindingsPerAccount: settings.maxBindings)
    }
}
