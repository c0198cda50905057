/// Who stands at the far end of a leg.
enum Party: Hashable, Sendable {
    /// One of ours, proved by password or reached by registration.
    case account(String)
    case trunk(String)
    /// A place that a redirection named.
    case place(String)

    var account: String? {
        if case .account(let name) = self { return name }
        return nil
    }

    var trunk: String? {
        if case .trunk(let name) = self { return name }
        return nil
    }

    /// Trunks are other networks that we have agreements with: identities are exchanged with them.
    var isTrusted: Bool { trunk != nil }
}
