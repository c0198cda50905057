package import Routing
package import SIPMessage
package import SIPTransaction
import Tables
package import Timing

/// What a REGISTER leads to.
package struct RegistrarAnswer: Sendable {
    package var response: SIPResponse
    package var changes: [BindingChange]
}

extension LocationService {
    /// Answers one REGISTER whose sender has proved to be `authenticatedUser`. RFC 3261 §10.3, steps 4 to 8.
    ///
    /// - Parameters:
    ///   - domains: what is ours; a To or Request-URI elsewhere is answered 404.
    ///   - isAccount: whether the user part names an account.
    ///   - hop: where the request came from: the way back to the phone.
    ///   - toTag: for the response.
    package mutating func handle(
        _ request: SIPRequest, authenticatedUser: String, domains: LocalDomains, isAccount: (String) -> Bool,
        hop: Hop, toTag: String, now: MonotonicInstant, wall: WallInstant
    ) -> RegistrarAnswer {
        do {
            let account = try account(of: request, authenticatedUser, domains, isAccount)
            let changes = try update(account, request, hop: hop, now: now, wall: wall)
            return RegistrarAnswer(
                response: success(request, account, toTag: toTag, now: now, wall: wall), changes: changes)
        } catch {
            return RegistrarAnswer(response: refusal(request, error, toTag: toTag), changes: [])
        }
    }

    /// Steps 1, 4 and 5: the address-of-record and the right to it.
    private func account(
        of request: SIPRequest, _ user: String, _ domains: LocalDomains, _ isAccount: (String) -> Bool
    ) throws(RegistrationProblem) -> String {
        guard let record = request.to?.sip, let account = record.user else { throw .malformed }
        guard let target = request.uri.sip, domains.contains(target), domains.contains(record) else {
            throw .unknown
        }
        guard account == user else { throw isAccount(account) ? .notAllowed : .unknown }
        return account
    }

    /// Steps 6 and 7, all or nothing.
    private mutating func update(
        _ account: String, _ request: SIPRequest, hop: Hop, now: MonotonicInstant, wall: WallInstant
    ) throws(RegistrationProblem) -> [BindingChange] {
        guard let callID = request.callID, let sequence = request.cseq?.number else { throw .malformed }
        let old = (accounts[account] ?? []).filter { $0.expires > now }
        let stamp = RequestStamp(callID: callID, sequence: sequence)
        if request.isContactWildcard {
            guard request.expires == 0, request.fields.values(.contact).count == 1 else { throw .malformed }
            try stamp.check(old)
            return replace(account, accounts[account] ?? [], with: [])
        }
        let contacts = request.contacts
        guard contacts.count == request.fields.values(.contact).count else { throw .malformed }
        if contacts.isEmpty { return [] }
        let list = ContactList(
            account: account, request: request, policy: policy, stamp: stamp, hop: hop, now: now, wall: wall)
        let new = try list.merged(contacts, into: old)
        return replace(account, accounts[account] ?? [], with: new)
    }
}
