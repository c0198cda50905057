/// How long a registration may live, and how many an account may have.
package struct RegistrarPolicy: Sendable, Hashable {
    /// Shorter wishes are refused with 423, unless they are 0. RFC 3261 §10.3 step 7.
    package var shortest: UInt32
    /// Where the phone asks for nothing, or for something unreadable.
    package var usual: UInt32
    /// Longer wishes are cut to this.
    package var longest: UInt32
    /// Bindings per account. One more drops the one that was refreshed longest ago.
    package var bindingsPerAccount: Int

    package init(
        shortest: UInt32 = 60, usual: UInt32 = 3_600, longest: UInt32 = 7_200, bindingsPerAccount: Int = 10
    ) {
        self.shortest = shortest
        self.usual = usual
        self.longest = longest
        self.bindingsPerAccount = bindingsPerAccount
    }
}

/// Why a REGISTER is refused. RFC 3261 §10.3.
package enum RegistrationProblem: Error, Equatable, Sendable {
    /// The address-of-record is no SIP URI, or the contacts do not go together.
    case malformed
    /// Another user's address-of-record.
    case notAllowed
    /// Not a domain or a user of ours.
    case unknown
    case tooBrief
    case tooMany
    /// An older request came later, or twice with different content.
    case outOfOrder

    package var status: Int {
        switch self {
        case .malformed: 400
        case .notAllowed, .tooMany: 403
        case .unknown: 404
        case .tooBrief: 423
        case .outOfOrder: 500
        }
    }

    /// Nil = the standard phrase.
    package var reason: String? {
        switch self {
        case .tooMany: "Too Many Contacts"
        case .outOfOrder: "CSeq Out of Order"
        case .malformed, .notAllowed, .unknown, .tooBrief: nil
        }
    }
}
