import NIOCore
import SIPMessage

/// Hands the octets of one connection to the shell.
final class StreamHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    private weak var shell: TransportShell?
    private let connection: StreamConnection

    init(shell: TransportShell, connection: StreamConnection) {
        self.shell = shell
        self.connection = connection
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        connection.framer.append(unwrapInboundIn(data).readableBytesView)
        shell?.takeFrames(of: connection)
    }

    func channelInactive(context: ChannelHandlerContext) {
        shell?.lost(connection)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
