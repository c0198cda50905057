package import Octets
package import SIPMessage
package import SIPTransaction
package import Timing

/// Where an account can be reached: one row of the location service. RFC 3261 §10.2.
package struct Binding: Sendable, Hashable {
    /// The user part of the address-of-record.
    package let account: String
    /// The contact as registered, all its parameters but `expires` kept.
    package var contact: NameAddress
    /// Where the REGISTER came from; the way back through a NAT or over a connection.
    package var hop: Hop
    /// Path values, the nearest proxy first. RFC 3327.
    package var path: [String]
    package var callID: String
    package var sequence: UInt32
    /// When the phone was heard of last.
    package var registered: MonotonicInstant
    package var expires: MonotonicInstant
    package var expiresAt: WallInstant
    package var userAgent: String?

    /// Preference in thousandths; 1000 where the phone gave none (RFC 3261 §20.10 leaves the default open).
    package var quality: Int { contact.quality ?? 1_000 }

    package var uri: SIPURI? { contact.sip }

    /// Names one device across changes of its address. RFC 5626 §4.1.
    package var instance: String? { contact.params["+sip.instance"] }

    /// Names one of several flows of a device. RFC 5626 §4.2.
    package var flow: String? { contact.params["reg-id"] }

    /// Whether a registered contact stands for the same place as `other`: equal URIs (§19.1.4), or the same device.
    package func isSamePlace(as other: Binding) -> Bool {
        if let instance, instance == other.instance { return flow == other.flow }
        guard let uri, let otherURI = other.uri else { return false }
        return uri.isEquivalent(to: otherURI)
    }

    /// Whether requests go back where the REGISTER came from, and not where the contact says.
    ///
    /// So over connections, for host names (a phone's own name is seldom in DNS), and for a contact whose address
    /// is not the one we see, which stands for a NAT between; within one machine every loopback address is its own.
    package var usesFlow: Bool {
        guard !hop.transport.isReliable, let uri, let address = InetAddress(text: uri.bareHost) else { return true }
        if address == hop.remote.address { return false }
        return !(address.isLoopback && hop.remote.address.isLoopback)
    }
}

/// A binding as plain values, for a database.
package struct StoredBinding: Sendable, Hashable {
    package var account: String
    /// With `account` the key of the row.
    package var key: String
    /// The contact as a header value.
    package var contact: String
    package var transport: TransportKind
    package var remote: InetEndpoint
    package var local: InetEndpoint
    /// Path values as one header value; empty for none.
    package var path: String
    package var callID: String
    package var sequence: UInt32
    package var expiresAt: WallInstant
    package var userAgent: String?

    package init(
        account: String, key: String, contact: String, transport: TransportKind, remote: InetEndpoint,
        local: InetEndpoint, path: String, callID: String, sequence: UInt32, expiresAt: WallInstant,
        userAgent: String?
    ) {
        self.account = account
        self.key = key
        self.contact = contact
        self.transport = transport
        self.remote = remote
        self.local = local
        self.path = path
        self.callID = callID
        self.sequence = sequence
        self.expiresAt = expiresAt
        self.userAgent = userAgent
    }
}

/// What the location service asks its owner to keep.
package enum BindingChange: Sendable, Hashable {
    /// New, or in place of the one with the same account and key.
    case stored(StoredBinding)
    case removed(account: String, key: String)
}

/// Who can say where an account is.
package protocol BindingSource {
    /// The live bindings of an account, the preferred first.
    func bindings(of account: String, now: MonotonicInstant) -> [Binding]
}

extension Binding {
    /// The row's key: the device where it names itself, else the contact's URI.
    package var key: String {
        if let instance { return "urn " + instance + " " + (flow ?? "") }
        return contact.uri.description
    }

    package var stored: StoredBinding {
        StoredBinding(
            account: account, key: key, contact: contact.description, transport: hop.transport, remote: hop.remote,
            local: hop.local, path: path.joined(separator: ", "), callID: callID, sequence: sequence,
            expiresAt: expiresAt, userAgent: userAgent)
    }

    /// Nil when the row cannot be read or its time is over.
    package init?(_ stored: StoredBinding, now: MonotonicInstant, wall: WallInstant) {
        guard stored.expiresAt > wall, let contact = try? NameAddress(parsing: stored.contact) else { return nil }
        self.init(
            account: stored.account, contact: contact,
            hop: Hop(transport: stored.transport, remote: stored.remote, local: stored.local),
            path: stored.path.isEmpty ? [] : [stored.path], callID: stored.callID, sequence: stored.sequence,
            registered: now, expires: now + (stored.expiresAt - wall), expiresAt: stored.expiresAt, userAgent: stored.userAgent)
    }
}
