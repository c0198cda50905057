import NIOCore
import Octets

/// One listening TCP socket. Owner: the transport's event loop.
final class StreamListener {
    let endpoint: InetEndpoint
    private let channel: any Channel

    init(endpoint: InetEndpoint, channel: any Channel) {
        self.endpoint = endpoint
        self.channel = channel
    }

    func close() -> EventLoopFuture<Void> { channel.close() }
}
