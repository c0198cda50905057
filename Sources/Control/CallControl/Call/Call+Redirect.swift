import Billing
import Routing
import SIPDialog
import SIPMessage
import SwitchConfig
import Timing

/// 3xx of the called side. RFC 3261 §8.1.3.4, with a limit and against loops.
extension Call {
    static let redirectionLimit = 5

    func redirected(_ leg: Leg, _ contacts: [NameAddress], _ response: SIPResponse) {
        leg.state = .ended
        let attempt = AttemptFailure(response)
        if let trunk = leg.party.trunk { engine.health.answered(trunk) }
        close(leg, attempt, .refused)
        guard case .hunting = phase else { return }
        failures.consider(attempt)
        redirections += 1
        guard redirections <= Self.redirectionLimit else {
            engine.log(.notice, "call \(id): more than \(Self.redirectionLimit) redirections")
            return giveUp()
        }
        let ordered = contacts.sorted { ($0.quality ?? 1_000) > ($1.quality ?? 1_000) }
        for contact in ordered.reversed() { follow(contact) }
        ringNext()
    }

    /// Puts where a contact leads before all other targets. A number of ours goes by the dial plan again, so that a
    /// phone can be forwarded no further than it could have called.
    private func follow(_ contact: NameAddress) {
        guard let uri = contact.sip, !uri.isSecure else { return }
        let isOurs = engine.directory.domains.contains(uri)
        let key = isOurs ? uri.user ?? "" : uri.description.lowercased()
        guard visited.insert(key).inserted else { return }
        guard isOurs, let number = uri.user else { return targets.insert(.place(bare(uri)), at: 0) }
        switch engine.directory.plan.choice(for: number)?.destination {
        case .account(let user)?: _ = add(account: user)
        case .trunks(let names, let routed)?:
            let ordered = engine.health.ordered(names, now: engine.now)
            targets.insert(contentsOf: ordered.map { .trunk($0, number: routed) }, at: 0)
        case .application?, nil: break
        }
    }

    /// Headers and method parameters of a redirection are not ours to send. RFC 3261 §19.1.5.
    private func bare(_ uri: SIPURI) -> SIPURI {
        var uri = uri
        uri.headers = []
        uri.params.remove("method")
        return uri
    }
}
