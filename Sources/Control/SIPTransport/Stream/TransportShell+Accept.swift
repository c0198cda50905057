import Logging
import NIOCore
import NIOPosix
import Octets
import SIPMessage
import SIPTransaction

extension TransportShell {
    func openStream(_ address: ListenerAddress) -> EventLoopFuture<ListenerAddress> {
        binding(address).assumeIsolated().flatMapThrowing { [self] channel in
            guard let bound = channel.localAddress.flatMap({ InetEndpoint($0) }) else {
                throw TransportProblem.unsupported(address)
            }
            streams.append(StreamListener(endpoint: bound, channel: channel))
            return ListenerAddress(transport: .tcp, endpoint: bound)
        }.flatMapErrorThrowing { error in
            guard let error = error as? IOError else { throw error }
            throw TransportProblem.cannotListen(address, errno: error.errnoCode)
        }.nonisolated()
    }

    private func binding(_ address: ListenerAddress) -> EventLoopFuture<any Channel> {
        let shell = NIOLoopBound(self, eventLoop: loop)
        let opening = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.maxMessagesPerRead, value: 16)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: waterMark)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try shell.value.accept(channel) }
            }
        let server = address.endpoint.address.isIPv4 ? opening : opening.serverChannelOption(Self.onlyIPv6, value: 1)
        do { return server.bind(to: try SocketAddress(address.endpoint)) } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// So that a listener on all IPv4 addresses can have the same port.
    private static let onlyIPv6 = ChannelOptions.Types.SocketOption(level: .ipv6, name: .ipv6_v6only)

    /// What may wait in a channel before its far end counts as not reading.
    var waterMark: ChannelOptions.Types.WriteBufferWaterMark {
        .init(low: settings.pendingOctetLimit / 2, high: settings.pendingOctetLimit)
    }

    private struct Refused: Error {}

    /// - Throws: to have the channel closed.
    private func accept(_ channel: any Channel) throws {
        guard let remote = channel.remoteAddress.flatMap({ InetEndpoint($0) }),
            let address = channel.localAddress.flatMap({ InetEndpoint($0) })
        else { throw Refused() }
        let local = listener(for: address)
        guard admits(Hop(transport: .tcp, remote: remote, local: local)) else {
            counts.filtered += 1
            throw Refused()
        }
        guard connections.acceptedCount < settings.connectionLimit,
            connections.acceptedCount(from: remote.address) < settings.connectionsPerAddress
        else {
            counts.connectionsRefused += 1
            throw Refused()
        }
        let connection = StreamConnection(
            id: connections.nextID(), remote: remote, local: local, isOutgoing: false, now: clock(),
            state: .open(channel))
        try channel.pipeline.syncOperations.addHandler(StreamHandler(shell: self, connection: connection))
        connections.insert(connection)
        counts.accepted += 1
    }

    /// The listener that took a connection to this address of ours: it may be bound to any address.
    private func listener(for address: InetEndpoint) -> InetEndpoint {
        let endpoints = streams.map(\.endpoint)
        if endpoints.contains(address) { return address }
        return endpoints.first {
            $0.port == address.port && $0.isUnspecified && $0.address.isIPv4 == address.address.isIPv4
        } ?? address
    }
}
