package import Timing

/// One binding of the location service as it lies on disk.
package struct RegistrationRow: Hashable, Sendable {
    package var user: String
    package var contact: String
    package var expires: WallInstant
    /// Quality × 1000, 0...1000.
    package var quality: Int
    package var callID: String
    package var sequence: UInt32
    package var userAgent: String?
    package var instance: String?
    /// Where requests to the binding are sent, in the registrar's own text.
    package var hop: String
    package var path: String?

    package init(
        user: String, contact: String, expires: WallInstant, quality: Int, callID: String, sequence: UInt32,
        hop: String, userAgent: String? = nil, instance: String? = nil, path: String? = nil
    ) {
        self.user = user
        self.contact = contact
        self.expires = expires
        self.quality = quality
        self.callID = callID
        self.sequence = sequence
        self.hop = hop
        self.userAgent = userAgent
        self.instance = instance
        self.path = path
    }
}

/// What the registrar asks of the ledger.
package enum RegistrationChange: Hashable, Sendable {
    /// Adds the binding, or replaces the one of the same user and contact.
    case store(RegistrationRow)
    case remove(user: String, contact: String)
    case removeAll(user: String)
}

/// Changes that wait to be written: users to empty first, then the last word on each binding.
struct PendingRegistrations {
    struct Key: Hashable {
        let user: String
        let contact: String
    }

    private(set) var emptied: Set<String> = []
    /// Nil removes the binding.
    private(set) var bindings: [Key: RegistrationRow?] = [:]

    var isEmpty: Bool { emptied.isEmpty && bindings.isEmpty }
    var count: Int { emptied.count + bindings.count }

    mutating func merge(_ change: RegistrationChange) {
        switch change {
        case .store(let row): bindings[Key(user: row.user, contact: row.contact)] = .some(row)
        case .remove(let user, let contact): bindings[Key(user: user, contact: contact)] = .some(nil)
        case .removeAll(let user):
            emptied.insert(user)
            bindings = bindings.filter { $0.key.user != user }
        }
    }
}
