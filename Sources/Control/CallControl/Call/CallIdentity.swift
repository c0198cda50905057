import Routing
import SIPMessage

/// Who the called side is told is calling. RFC 3261 §8.1.1.3, RFC 3325.
struct CallIdentity {
    let displayName: String?
    let user: String
    /// RFC 3323: the caller does not want to be named.
    let isAnonymous: Bool
    /// Asserted by us: an account's own identity, or what a trunk asserted.
    let asserted: String?
    /// Header lines of the INVITE that go on as they are.
    let passed: [(name: HeaderName, value: String)]

    /// - Parameter rules: an account's P-Asserted-Identity counts only if it may call itself so.
    init(_ request: SIPRequest, from party: Party, rules: IdentityRules) {
        let from = request.from
        let privacy = request.fields.values(.privacy).map { $0.lowercased() }
        let hidesFrom = from.map(IdentityRules.isAnonymous) ?? true
        isAnonymous = hidesFrom || privacy.contains("id") || privacy.contains("user")
        user = hidesFrom ? "anonymous" : from?.uri.user ?? "anonymous"
        displayName = hidesFrom ? nil : from?.displayName
        let stated = (request.assertedIdentities.first ?? request.preferredIdentities.first)?.uri.user
        switch party {
        case .account(let account):
            asserted = stated.flatMap { rules.may(account, call: $0) ? $0 : nil } ?? (hidesFrom ? account : user)
        case .trunk, .place:
            asserted = stated ?? (hidesFrom ? nil : user)
        }
        passed = Self.passedNames.flatMap { name in request.fields.all(name).map { (name, $0) } }
    }

    /// Fields that mean the same to whoever gets the call, and name nobody.
    private static let passedNames: [HeaderName] = [.subject, .priority, .privacy]

    /// From towards the called side, without tag.
    func from(domain: String) -> NameAddress {
        if isAnonymous {
            return NameAddress(displayName: "Anonymous", SIPURI(user: "anonymous", host: "anonymous.invalid"))
        }
        return NameAddress(displayName: displayName, SIPURI(user: user, host: domain))
    }
}
