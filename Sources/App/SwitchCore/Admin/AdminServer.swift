import NIOCore
import NIOPosix

/// The daemon's local socket: one request line in, one answer out, then closed.
///
/// The socket lies in the data directory, readable and writable by its owner alone. Owner: the SIP shard's
/// event loop; `answer` is called there.
final class AdminServer: Sendable {
    /// The request line without its end, and whether JSON is wanted.
    typealias Answer = (_ request: String, _ json: Bool) -> AdminAnswer

    private let channel: any Channel

    /// Listens at `path`; a socket that a dead daemon left there is replaced.
    /// Call on the loop.
    static func start(path: String, on loop: any EventLoop, answer: @escaping Answer) -> EventLoopFuture<AdminServer> {
        let bound = NIOLoopBound(answer, eventLoop: loop)
        return ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(AdminHandler(answer: bound.value))
                }
            }
            .bind(unixDomainSocketPath: path, cleanupExistingSocketFile: true)
            .flatMapThrowing { channel in
                guard let obstacle = FileRights.keepToOwner(path) else { return AdminServer(channel: channel) }
                channel.close(promise: nil)
                throw obstacle
            }
    }

    private init(channel: any Channel) { self.channel = channel }

    func close() { channel.close(promise: nil) }
}

/// What a request comes to: an answer on standard output, or a refusal.
enum AdminAnswer {
    case text(String)
    case refused(String)
}

/// One connection of the local socket. Bound: a request line of 1,024 octets.
private final class AdminHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let answer: AdminServer.Answer
    private var line: [UInt8] = []
    private static let limit = 1024

    init(answer: @escaping AdminServer.Answer) { self.answer = answer }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        line += Array(unwrapInboundIn(data).readableBytesView)
        guard let end = line.firstIndex(of: UInt8(ascii: "\n")) else {
            if line.count > Self.limit { context.close(promise: nil) }
            return
        }
        let words = String(decoding: line[..<end], as: UTF8.self).split(separator: " ", maxSplits: 1)
        let wantsJSON = words.first == "json"
        let reply: String
        switch answer(words.count > 1 ? String(words[1]) : "", wantsJSON) {
        case .text(let text): reply = "ok " + text
        case .refused(let sentence): reply = "no " + sentence
        }
        let loop = context.eventLoop
        let bound = NIOLoopBound(context, eventLoop: loop)
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply))).whenComplete { _ in
            bound.value.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
