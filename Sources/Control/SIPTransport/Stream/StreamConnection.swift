import NIOCore
import Octets
import SIPMessage
import SIPTransaction
import Timing

/// One TCP connection, from the first attempt to open it until it is closed.
///
/// Owner: the transport's event loop.
final class StreamConnection {
    enum State {
        /// Messages wait for the connection to open.
        case opening([[UInt8]])
        case open(any Channel)
        case closed
    }

    let id: UInt64
    let remote: InetEndpoint
    /// The listener that accepted it, or the one in whose name it was opened.
    let local: InetEndpoint
    let isOutgoing: Bool
    var state: State
    var framer = StreamFramer()
    /// When the last whole message came, or the last ping of a proven connection.
    var lastActivity: MonotonicInstant
    /// We opened it, have taken a registration or a call on it, or have sent a request to it. What is not proven
    /// may idle a little only.
    var isProven: Bool
    /// A request of ours went out here: its transaction has to know when the connection is lost.
    var hasSentRequests = false
    private var waitingOctets = 0

    init(id: UInt64, remote: InetEndpoint, local: InetEndpoint, isOutgoing: Bool, now: MonotonicInstant, state: State) {
        self.id = id
        self.remote = remote
        self.local = local
        self.isOutgoing = isOutgoing
        self.state = state
        lastActivity = now
        isProven = isOutgoing
    }

    var hop: Hop { Hop(transport: .tcp, remote: remote, local: local, connection: id) }

    enum WriteOutcome { case taken, full, gone }

    /// Takes a message to be written at the next flush, or when the connection has opened.
    /// - Parameter limit: octets that may wait.
    func write(_ octets: [UInt8], limit: Int) -> WriteOutcome {
        note(octets)
        switch state {
        case .opening(var waiting):
            waitingOctets += octets.count
            guard waitingOctets <= limit else { return .full }
            state = .opening([])
            waiting.append(octets)
            state = .opening(waiting)
            return .taken
        case .open(let channel):
            guard channel.isWritable else { return .full }
            channel.write(ByteBuffer(bytes: octets), promise: nil)
            return .taken
        case .closed:
            return .gone
        }
    }

    /// Learns from what we send here.
    private func note(_ octets: [UInt8]) {
        if !octets.starts(with: StatusLine.start) {
            hasSentRequests = true
            isProven = true
        } else if !isProven {
            isProven = StatusLine.isAcceptance(octets)
        }
    }

    /// The connection is open: writes what waited.
    func opened(_ channel: any Channel) {
        guard case .opening(let waiting) = state else {
            channel.close(promise: nil)
            return
        }
        state = .open(channel)
        for octets in waiting { channel.write(ByteBuffer(bytes: octets), promise: nil) }
        channel.flush()
    }

    func flush() {
        if case .open(let channel) = state { channel.flush() }
    }

    /// Closes; the table forgets the connection when the channel has ended.
    func close() {
        switch state {
        case .opening: state = .closed
        case .open(let channel): channel.close(promise: nil)
        case .closed: break
        }
    }
}
