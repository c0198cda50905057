import NIOCore
import NIOPosix
import Octets
import SIPTransaction
import Timing

extension TransportShell {
    /// Opens a connection in the name of one of our listeners; the message waits for it.
    func connect(to remote: InetEndpoint, _ octets: [UInt8], _ hop: Hop) {
        let index = ListenerChoice.index(among: streams.map(\.endpoint), for: hop)
        guard let index, remote.port != 0, connections.outgoingCount < settings.connectionLimit, isRunning else {
            counts.openFailures += 1
            return reportFailure(hop)
        }
        let connection = StreamConnection(
            id: connections.nextID(), remote: remote, local: streams[index].endpoint, isOutgoing: true, now: clock(),
            state: .opening([]))
        connections.insert(connection)
        write(octets, hop, to: connection)
        open(connection, failing: hop)
    }

    private func open(_ connection: StreamConnection, failing hop: Hop) {
        let handler = NIOLoopBound(StreamHandler(shell: self, connection: connection), eventLoop: loop)
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(.nanoseconds(settings.connectLimit.nanoseconds))
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.socketOption(.so_keepalive), value: 1)
            .channelOption(.writeBufferWaterMark, value: waterMark)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
        connecting(bootstrap, connection).assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success(let channel):
                counts.opened += 1
                connection.opened(channel)
            case .failure:
                counts.openFailures += 1
                abandon(connection, hop)
            }
        }
    }

    /// Binds to the listener's address, if it has one: the far end may know us by it.
    private func connecting(
        _ bootstrap: ClientBootstrap, _ connection: StreamConnection
    ) -> EventLoopFuture<any Channel> {
        do {
            let remote = try SocketAddress(connection.remote)
            guard !connection.local.isUnspecified else { return bootstrap.connect(to: remote) }
            let source = try SocketAddress(InetEndpoint(address: connection.local.address, port: 0))
            return bootstrap.bind(to: source).connect(to: remote)
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// All that waited for a connection has failed.
    private func abandon(_ connection: StreamConnection, _ hop: Hop) {
        connection.state = .closed
        connections.remove(connection)
        var failed = connection.hop
        failed.connection = 0
        reportFailure(failed)
        if hop.remote != failed.remote || hop.connection != 0 { reportFailure(hop) }
    }
}
