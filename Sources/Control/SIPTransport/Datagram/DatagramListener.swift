import Logging
import NIOCore
import Octets
import SIPTransaction

/// One UDP socket. Reading goes through a channel of the loop, many datagrams a call; writing straight to the kernel,
/// also many a call: so one datagram that the kernel refuses is known by its number and does the socket no harm.
///
/// Owner: the transport's event loop.
final class DatagramListener {
    let endpoint: InetEndpoint
    let sender: DatagramSender
    private let channel: any Channel
    /// A flush waits until the kernel has room.
    var isRetryPlanned = false

    init(endpoint: InetEndpoint, sender: DatagramSender, channel: any Channel) {
        self.endpoint = endpoint
        self.sender = sender
        self.channel = channel
    }

    func close() -> EventLoopFuture<Void> { channel.close() }
}

/// Hands the datagrams of one socket to the shell.
final class DatagramHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private weak var shell: TransportShell?
    private let local: InetEndpoint

    init(shell: TransportShell, local: InetEndpoint) {
        self.shell = shell
        self.local = local
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var envelope = unwrapInboundIn(data)
        guard let remote = InetEndpoint(envelope.remoteAddress) else { return }
        let octets = envelope.data.readBytes(length: envelope.data.readableBytes) ?? []
        shell?.received(octets, Hop(transport: .udp, remote: remote, local: local))
    }

    func channelInactive(context: ChannelHandlerContext) {
        shell?.listenerEnded(ListenerAddress(transport: .udp, endpoint: local))
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        shell?.logger.warning("UDP listener", metadata: ["local": "\(local)", "error": "\(error)"])
    }
}
