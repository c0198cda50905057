package import Logging
package import NIOCore
import Octets
package import SIPMessage
package import SIPTransaction
import Tables
package import Timing

/// SIP over UDP and TCP. RFC 3261 section 18: octets in, parsed messages out, and back.
///
/// Owner: one event loop, the SIP shard. Every method is called on it and every callback runs on it, so a message
/// goes from the socket to the transaction layer without a hop or a lock. What may wait is bounded by the settings.
package final class TransportShell {
    /// A message or what is wrong with it, where it came from, and when.
    package typealias Receiver = (Result<ParsedMessage, MessageProblem>, Hop, MonotonicInstant) -> Void

    let loop: any EventLoop
    let settings: TransportSettings
    let logger: Logger
    let clock: () -> MonotonicInstant
    private let receiver: Receiver
    private let failed: (Hop) -> Void
    /// Asked before a datagram or a connection is looked at: false drops it. For bans.
    package var admits: (Hop) -> Bool = { _ in true }
    package internal(set) var counts = TransportCounts()

    var datagrams: [DatagramListener] = []
    var streams: [StreamListener] = []
    var connections = ConnectionTable()
    private var dirty: [StreamConnection] = []
    private var isFlushPlanned = false
    var isRunning = false

    /// - Parameters:
    ///   - clock: the monotonic clock; read once for each message.
    ///   - transportFailed: what was sent to this hop did not go, or its connection is gone. Never called from
    ///     within `send`.
    package init(
        loop: any EventLoop, settings: TransportSettings = .init(), logger: Logger,
        clock: @escaping () -> MonotonicInstant, receive: @escaping Receiver,
        transportFailed: @escaping (Hop) -> Void
    ) {
        self.loop = loop
        self.settings = settings
        self.logger = logger
        self.clock = clock
        receiver = receive
        failed = transportFailed
    }

    /// Sends one whole message to a hop. Does not wait and does not fail here.
    package func send(_ octets: [UInt8], _ hop: Hop) {
        switch hop.transport {
        case .udp: sendDatagram(octets, hop)
        case .tcp: sendStream(octets, hop)
        case .tls, .ws, .wss: reportFailure(hop)
        }
    }

    /// Open connections, both ways.
    package var connectionCount: Int { connections.count }

    func deliver(_ octets: [UInt8], _ hop: Hop) {
        let now = clock()
        do {
            receiver(.success(try MessageParser.parse(datagram: octets)), hop, now)
        } catch {
            deliver(error, hop, now)
        }
    }

    func deliver(_ problem: MessageProblem, _ hop: Hop, _ now: MonotonicInstant) {
        counts.malformed += 1
        receiver(.failure(problem), hop, now)
    }

    /// Tells the owner on a later turn of the loop, so that `send` never calls back.
    func reportFailure(_ hop: Hop) {
        loop.assumeIsolated().execute { [weak self] in self?.failed(hop) }
    }

    /// Plans one flush at the end of this turn of the loop.
    func planFlush(_ connection: StreamConnection? = nil) {
        if let connection { dirty.append(connection) }
        guard !isFlushPlanned else { return }
        isFlushPlanned = true
        loop.assumeIsolated().execute { [weak self] in self?.flush() }
    }

    func flush() {
        isFlushPlanned = false
        for listener in datagrams { flush(listener) }
        let connections = dirty
        dirty.empty()
        for connection in connections { connection.flush() }
    }
}
