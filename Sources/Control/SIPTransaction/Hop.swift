package import Octets

/// Where a message came from, and equally where one goes: a transport, the far endpoint, and our own end.
package struct Hop: Hashable, Sendable {
    package var transport: TransportKind
    /// The far side.
    package var remote: InetEndpoint
    /// The listener that received it or shall send it; unspecified lets the transport choose.
    package var local: InetEndpoint
    /// The connection of a reliable transport; 0 means none or any.
    package var connection: UInt64

    package init(transport: TransportKind, remote: InetEndpoint, local: InetEndpoint, connection: UInt64 = 0) {
        self.transport = transport
        self.remote = remote
        self.local = local
        self.connection = connection
    }

    /// Whether a failure reported for `failed` concerns what was sent to this hop.
    package func isAffected(by failed: Hop) -> Bool {
        guard transport == failed.transport, remote == failed.remote else { return false }
        return failed.connection == 0 || connection == 0 || connection == failed.connection
    }
}
