import Octets
import Routing
import SIPAuth
import SIPMessage
import SIPTransaction
import SwitchConfig

/// Who may call, and whether there is room: judged before any state is made.
extension CallEngine {
    func gateInvite(_ request: SIPRequest, from hop: Hop) {
        guard phase == .running else { return refuseForLoad(request, from: hop) }
        guard let party = caller(of: request, from: hop) else { return }
        guard request.maxForwards != 0 else { return refuse(request, from: hop, status: 483) }
        let unknown = unknownOptions(of: request)
        guard unknown.isEmpty else { return answer(badExtension(request, unknown), to: request, from: hop) }
        guard let number = dialled(request) else { return refuse(request, from: hop, status: 416) }
        let isEmergency = directory.plan.choice(for: number)?.isEmergency ?? false
        guard isEmergency || (acceptsCalls && limits.admit(now: now)) else {
            return refuseForLoad(request, from: hop)
        }
        pass(request, from: hop, as: party)
    }

    /// The trunk that the source belongs to, or the account whose password it knows. Nil when a challenge or a
    /// refusal has been sent instead.
    private func caller(of request: SIPRequest, from hop: Hop) -> Party? {
        let address = hop.remote.address
        let hasCredentials = request.fields.contains(.proxyAuthorization) || request.fields.contains(.authorization)
        if let trunk = directory.trunks.trunk(from: address)?.name ?? registrarAddresses[address], !hasCredentials {
            return .trunk(trunk)
        }
        return authenticate(request, from: hop, as: .proxy).map { .account($0) }
    }

    /// False when nearly full disks forbid calls that could not be billed.
    private var acceptsCalls: Bool { acceptsBillable || configuration.billing.noRecord == .alarm }

    /// The user part of the Request-URI, or a tel number without its separators.
    func dialled(_ request: SIPRequest) -> String? {
        switch request.uri {
        case .sip(let uri): uri.user ?? ""
        case .tel(let text): String(text.prefix { $0 != ";" }.filter { !"-.()".contains($0) })
        case .other: nil
        }
    }
}
