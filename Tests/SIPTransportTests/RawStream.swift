import NIOCore
import NIOPosix
import Octets
import Testing

/// The far end of a TCP connection that knows no SIP: octets out, octets in.
struct RawStream: Sendable {
    let channel: any Channel
    /// Octets as they come; ends when the connection does.
    let incoming: AsyncStream<[UInt8]>

    static func connect(to endpoint: InetEndpoint) async throws -> RawStream {
        let (incoming, inlet) = AsyncStream.makeStream(of: [UInt8].self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(inlet: inlet))
                }
            }
            .connect(to: SocketAddress(ipAddress: endpoint.address.description, port: Int(endpoint.port))).get()
        return RawStream(channel: channel, incoming: incoming)
    }

    /// Listens, and gives the connections that come.
    static func listen(reading: Bool = true) async throws -> (any Channel, InetEndpoint, AsyncStream<RawStream>) {
        let (connections, door) = AsyncStream.makeStream(of: RawStream.self)
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.autoRead, value: reading)
            .childChannelOption(.socketOption(.so_rcvbuf), value: 4_096)
            .childChannelInitializer { channel in
                let (incoming, inlet) = AsyncStream.makeStream(of: [UInt8].self)
                door.yield(RawStream(channel: channel, incoming: incoming))
                return channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Collector(inlet: inlet))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(server.localAddress?.port.flatMap { UInt16(exactly: $0) })
        return (server, InetEndpoint(address: .ipv4(0x7F00_0001), port: port), connections)
    }

    func write(_ octets: [UInt8]) async throws {
        try await channel.writeAndFlush(ByteBuffer(bytes: octets)).get()
    }

    func close() async throws { try await channel.close().get() }

    /// The next `count` octets; fewer if the connection ends.
    func read(_ count: Int) async -> [UInt8] {
        var octets: [UInt8] = []
        while octets.count < count, let part = await incoming.first(where: { _ in true }) { octets += part }
        return octets
    }

    /// Waits for the end of the connection.
    func end() async { for await _ in incoming {} }
}

private final class Collector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    private let inlet: AsyncStream<[UInt8]>.Continuation

    init(inlet: AsyncStream<[UInt8]>.Continuation) { self.inlet = inlet }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        inlet.yield(Array(unwrapInboundIn(data).readableBytesView))
    }

    func channelInactive(context: ChannelHandlerContext) { inlet.finish() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
