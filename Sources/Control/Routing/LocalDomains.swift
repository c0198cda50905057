package import Octets
package import SIPMessage

/// The names and addresses under which this switch is asked for: what of a Request-URI is ours.
///
/// RFC 3261 §16.5: a request for any other domain is not ours to serve.
package struct LocalDomains: Sendable {
    private let names: Set<String>
    private let addresses: Set<InetAddress>
    private let listensEverywhere: Bool

    /// - Parameters:
    ///   - names: host names, in any case of letters.
    ///   - addresses: of the listeners, and the advertised ones. An unspecified one stands for every address of
    ///     the machine, which this core cannot know: then any literal address counts as ours.
    package init(names: [String], addresses: [InetAddress]) {
        self.names = Set(names.map { $0.lowercased() })
        self.addresses = Set(addresses)
        listensEverywhere = addresses.contains { $0.isUnspecified }
    }

    /// Whether `uri` names this switch. The port does not matter: one switch has one set of users.
    package func contains(_ uri: SIPURI) -> Bool { contains(host: uri.bareHost) }

    package func contains(host: String) -> Bool {
        if names.contains(host.lowercased()) { return true }
        guard let address = InetAddress(text: host) else { return false }
        return listensEverywhere || addresses.contains(address)
    }
}
