import NIOCore
import Octets
import SIPMessage
import SIPTransaction

extension TransportShell {
    /// Takes all whole messages out of what a connection has brought.
    func takeFrames(of connection: StreamConnection) {
        while case .open(let channel) = connection.state, let frame = connection.framer.next() {
            switch frame {
            case .message(let octets):
                connection.lastActivity = clock()
                takeMessage(octets, connection.hop)
            case .keepAlive:
                answerPing(connection, channel)
            case .broken(let problem):
                deliver(problem, connection.hop, clock())
                closeAfterFlush(connection)
                return
            }
        }
    }

    private func takeMessage(_ octets: [UInt8], _ hop: Hop) {
        guard admits(hop) else {
            counts.filtered += 1
            connections[hop.connection]?.close()
            return
        }
        counts.streamMessagesIn += 1
        deliver(octets, hop)
    }

    /// RFC 5626 section 4.4.1: one CRLF for two. Keeps only those connections that have earned it.
    private func answerPing(_ connection: StreamConnection, _ channel: any Channel) {
        counts.keepAlives += 1
        if connection.isProven { connection.lastActivity = clock() }
        guard channel.isWritable else { return }
        channel.write(ByteBuffer(bytes: [13, 10]), promise: nil)
        planFlush(connection)
    }

    /// Closes at the end of this turn of the loop, after the answer that the owner may have sent.
    private func closeAfterFlush(_ connection: StreamConnection) {
        loop.assumeIsolated().execute {
            connection.flush()
            connection.close()
        }
    }

    /// A connection has ended, whoever ended it.
    func lost(_ connection: StreamConnection) {
        connection.state = .closed
        connections.remove(connection)
        if connection.hasSentRequests { reportFailure(connection.hop) }
    }

    func sendStream(_ octets: [UInt8], _ hop: Hop) {
        let known = hop.connection == 0 ? nil : connections[hop.connection]
        if let connection = known ?? connections.connection(to: hop.remote, local: hop.local) {
            return write(octets, hop, to: connection)
        }
        if hop.connection != 0, octets.starts(with: StatusLine.start) { return sendByVia(octets, hop) }
        connect(to: hop.remote, octets, hop)
    }

    func write(_ octets: [UInt8], _ hop: Hop, to connection: StreamConnection) {
        switch connection.write(octets, limit: settings.pendingOctetLimit) {
        case .taken:
            counts.streamMessagesOut += 1
            planFlush(connection)
        case .full:
            counts.closedFull += 1
            connection.close()
            reportFailure(hop)
        case .gone:
            reportFailure(hop)
        }
    }

    /// The request's connection is gone: the response goes to the address in `received` and the port of sent-by.
    /// RFC 3261 section 18.2.2.
    private func sendByVia(_ octets: [UInt8], _ hop: Hop) {
        guard case .response(let response) = try? MessageParser.parse(datagram: octets),
            let via = try? response.topVia(), let address = InetAddress(text: via.received ?? via.bareHost)
        else { return reportFailure(hop) }
        let target = InetEndpoint(address: address, port: via.port ?? via.defaultPort)
        guard target != hop.remote, target.port != 0 else { return reportFailure(hop) }
        if let connection = connections.connection(to: target, local: hop.local) {
            return write(octets, hop, to: connection)
        }
        connect(to: target, octets, hop)
    }
}
