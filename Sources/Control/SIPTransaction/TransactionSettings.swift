package import Octets

/// What a shard's transaction layer is told when it is made.
package struct TransactionSettings: Sendable {
    package var timers: TransactionTimers
    /// The shard's number, part of every branch.
    package var shard: Int
    /// Server transactions kept at once. Requests inside a dialog may use an eighth more, so that calls can end.
    package var serverLimit: Int
    /// Requests longer than this go over TCP where we have it. RFC 3261 §18.1.1. Nil: never.
    package var datagramLimit: Int?
    package var sentBy: SentByTable
    /// The value of Server in the responses that the layer makes itself; nil leaves it out.
    package var serverName: String?

    package init(
        timers: TransactionTimers = .init(), shard: Int = 0, serverLimit: Int = 50_000, datagramLimit: Int? = 1_300,
        sentBy: SentByTable, serverName: String? = nil
    ) {
        self.timers = timers
        self.shard = shard
        self.serverLimit = serverLimit
        self.datagramLimit = datagramLimit
        self.sentBy = sentBy
        self.serverName = serverName
    }
}

/// The host and port that our Via shows for each listener. RFC 3261 §18.1.1.
package struct SentByTable: Sendable {
    package struct Listener: Sendable {
        package var transport: TransportKind
        package var local: InetEndpoint
        /// What peers shall see: a name, an address, or the public side of a 1:1 NAT. IPv6 in brackets.
        package var host: String
        package var port: UInt16?

        package init(transport: TransportKind, local: InetEndpoint, host: String, port: UInt16?) {
            self.transport = transport
            self.local = local
            self.host = host
            self.port = port
        }
    }

    private let listeners: [Listener]

    package init(_ listeners: [Listener]) { self.listeners = listeners }

    /// The listener itself, else one of its transport and address family, else one of its transport.
    package func listener(for hop: Hop) -> Listener? {
        let candidates = listeners.filter { $0.transport == hop.transport }
        return candidates.first { $0.local == hop.local }
            ?? candidates.first { $0.local.address.isIPv4 == hop.remote.address.isIPv4 } ?? candidates.first
    }
}
