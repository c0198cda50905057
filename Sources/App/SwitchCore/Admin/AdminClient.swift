import NIOCore
import NIOPosix

/// Asks the running daemon over its local socket.
package struct AdminClient: Sendable {
    private let path: String

    /// - Parameter dataDirectory: `node.data` of the daemon's configuration.
    package init(dataDirectory: String) { path = Self.path(in: dataDirectory) }

    static func path(in dataDirectory: String) -> String { dataDirectory + "/control.sock" }

    /// The daemon's answer to one request.
    ///
    /// - Throws: one sentence: no daemon there, or what the daemon refused and why.
    package func ask(_ request: String, json: Bool) throws(StartFailure) -> String {
        let reply: String
        do {
            reply = try exchange((json ? "json " : "text ") + request + "\n")
        } catch {
            throw StartFailure("no switch answers at \(path): is `tandem run` running with this configuration?")
        }
        guard reply.hasPrefix("ok ") else {
            throw StartFailure(reply.isEmpty ? "the switch closed the connection" : String(reply.dropFirst(3)))
        }
        return String(reply.dropFirst(3))
    }

    private func exchange(_ line: String) throws -> String {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let collected = loop.makePromise(of: String.self)
        let connecting = ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ReplyCollector(promise: collected))
                }
            }
            .connect(unixDomainSocketPath: path)
        connecting.whenFailure { collected.fail($0) }
        let channel = try connecting.wait()
        channel.writeAndFlush(ByteBuffer(string: line), promise: nil)
        let deadline = loop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
        defer { deadline.cancel() }
        return try collected.futureResult.wait()
    }
}

/// Everything that comes until the daemon closes.
private final class ReplyCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private let promise: EventLoopPromise<String>
    private var octets: [UInt8] = []

    init(promise: EventLoopPromise<String>) { self.promise = promise }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        octets += Array(unwrapInboundIn(data).readableBytesView)
    }

    func channelInactive(context: ChannelHandlerContext) {
        promise.succeed(String(decoding: octets, as: UTF8.self))
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
