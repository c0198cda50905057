import Octets
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

/// A binding as plain values, for a database. Account and contact together are the key of the row.
package struct StoredBinding: Sendable, Hashable {
    package var account: String
    /// The contact as a header value.
    package var contact: String
    /// Where the REGISTER came from: `udp 192.0.2.1:5060 198.51.100.1:5060`, the far end first.
    package var hop: String
    /// Path values as one header value.
    package var path: String?
    package var callID: String
    package var sequence: UInt32
    /// In thousandths.
    package var quality: Int
    package var instance: String?
    package var userAgent: String?
    package var expiresAt: WallInstant

    package init(
        account: String, contact: String, hop: String, path: String?, callID: String, sequence: UInt32,
        quality: Int, instance: String?, userAgent: String?, expiresAt: WallInstant
    ) {
        self.account = account
        self.contact = contact
        self.hop = hop
        self.path = path
        self.callID = callID
        self.sequence = sequence
        self.quality = quality
        self.instance = instance
        self.userAgent = userAgent
        self.expiresAt = expiresAt
    }
}

/// What the location service asks its owner to keep.
package enum BindingChange: Sendable, Hashable {
    /// New, or in place of the one with the same account and contact.
    case stored(StoredBinding)
    case removed(account: String, contact: String)
}

extension Binding {
    /// With the account the key of the row.
    var key: String { contact.description }

    package var stored: StoredBinding {
        StoredBinding(
            account: account, contact: key, hop: hop.text, path: path.isEmpty ? nil : path.joined(separator: ", "),
            callID: callID, sequence: sequence, quality: quality, instance: instance, userAgent: userAgent,
            expiresAt: expiresAt)
    }

    /// Nil when the row cannot be read or its time is over.
    package init?(_ stored: StoredBinding, now: MonotonicInstant, wall: WallInstant) {
        guard stored.expiresAt > wall, let contact = try? NameAddress(parsing: stored.contact),
            let hop = Hop(text: stored.hop)
        else { return nil }
        self.init(
            account: stored.account, contact: contact, hop: hop, path: stored.path.map { [$0] } ?? [],
            callID: stored.callID, sequence: stored.sequence, registered: now,
            expires: now + (stored.expiresAt - wall), expiresAt: stored.expiresAt, userAgent: stored.userAgent)
    }
}

extension Hop {
    /// A connection does not outlive the process, so its number is left out.
    var text: String { "\(transport) \(remote) \(local)" }

    init?(text: String) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 3, let transport = TransportKind(token: words[0]),
            let remote = InetEndpoint(text: words[1]), let local = InetEndpoint(text: words[2])
        else { return nil }
        self.init(transport: transport, remote: remote, local: local)
    }
}
