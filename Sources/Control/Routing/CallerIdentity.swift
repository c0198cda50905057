package import SIPMessage
package import SwitchConfig

/// What an account may call itself. RFC 3261 §8.1.1.3, RFC 3325 §5.
///
/// Only the user part is judged: the host of an identity is ours on everything that we send.
package struct IdentityRules: Sendable {
    private struct Rule: Sendable {
        let allowsAny: Bool
        let others: Set<String>
    }

    private let rules: [String: Rule]

    package init(accounts: [AccountSettings]) {
        rules = Dictionary(
            accounts.map { account in
                (account.user, Rule(allowsAny: account.allowFrom.contains("*"), others: Set(account.allowFrom)))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Whether `account` may put `user` into From or P-Asserted-Identity.
    package func may(_ account: String, call itself: String?) -> Bool {
        guard let user = itself, let rule = rules[account] else { return false }
        return user == account || rule.allowsAny || rule.others.contains(user)
    }

    /// Whether `account` may send this From: an identity of its own, or the anonymous one of RFC 3323 §4.1.1.3.
    package func may(_ account: String, send from: NameAddress) -> Bool {
        if Self.isAnonymous(from) { return true }
        return may(account, call: from.uri.user.map(Self.plainNumber))
    }

    package static func isAnonymous(_ address: NameAddress) -> Bool {
        address.sip?.host.lowercased() == "anonymous.invalid"
    }

    /// A SIP user as an identity: resolved escapes, no number parameters.
    private static func plainNumber(_ user: String) -> String {
        String(user.prefix { $0 != ";" })
    }
}
