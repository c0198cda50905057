package import Octets
package import SIPTransaction

/// Where to listen: a transport and our own endpoint. Port 0 lets the system choose.
package struct ListenerAddress: Hashable, Sendable {
    package var transport: TransportKind
    package var endpoint: InetEndpoint

    package init(transport: TransportKind, endpoint: InetEndpoint) {
        self.transport = transport
        self.endpoint = endpoint
    }
}

extension ListenerAddress: CustomStringConvertible {
    /// `udp://127.0.0.1:5060`
    package var description: String { "\(transport)://\(endpoint)" }
}

/// Why the transport could not start.
package enum TransportProblem: Error, Equatable, Sendable {
    /// The system's error number: port in use, address not ours, no privilege.
    case cannotListen(ListenerAddress, errno: Int32)
    /// No listener exists for this transport yet.
    case unsupported(ListenerAddress)
}
