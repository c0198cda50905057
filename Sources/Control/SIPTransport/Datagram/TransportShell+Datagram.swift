import NIOCore
import NIOPosix
import Octets
import SIPTransaction

extension TransportShell {
    /// Datagrams read by one system call, each of any size that UDP has. The memory is one virtual megabyte, of
    /// which only the pages that messages touch are ever there.
    private static let readBatch = 16
    private static let datagramRoom = 65_536

    func openDatagram(_ address: ListenerAddress) -> EventLoopFuture<ListenerAddress> {
        let socket: DatagramSocket
        do { socket = try DatagramSocket(address, settings) } catch { return loop.makeFailedFuture(error) }
        let bound = socket.endpoint
        let handler = NIOLoopBound(DatagramHandler(shell: self, local: bound), eventLoop: loop)
        let opening = DatagramBootstrap(group: loop)
            .channelOption(.datagramVectorReadMessageCount, value: Self.readBatch)
            .channelOption(.recvAllocator, value: DatagramRoom(capacity: Self.readBatch * Self.datagramRoom))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(handler.value) }
            }
            .withBoundSocket(socket.descriptor)
        return opening.assumeIsolated().map { [self] channel in
            datagrams.append(DatagramListener(endpoint: bound, sender: socket.sender, channel: channel))
            return ListenerAddress(transport: .udp, endpoint: bound)
        }.nonisolated()
    }

    func received(_ octets: [UInt8], _ hop: Hop) {
        switch DatagramKind(octets) {
        case .keepAlive: counts.keepAlives += 1
        case .other: counts.ignored += 1
        case .message:
            guard admits(hop) else {
                counts.filtered += 1
                return
            }
            counts.datagramsIn += 1
            deliver(octets, hop)
        }
    }

    func sendDatagram(_ octets: [UInt8], _ hop: Hop) {
        let index = ListenerChoice.index(among: datagrams.map(\.endpoint), for: hop)
        guard let index, hop.remote.port != 0 else { return reportFailure(hop) }
        guard datagrams[index].sender.append(octets, hop, limit: settings.datagramQueueLimit) else {
            counts.datagramsRefused += 1
            return
        }
        planFlush()
    }

    func flush(_ listener: DatagramListener) {
        let outcome = listener.sender.flush()
        counts.datagramsOut += UInt64(outcome.sent)
        counts.datagramsRefused += UInt64(outcome.refused.count)
        for hop in outcome.refused { reportFailure(hop) }
        guard outcome.isWaiting, !listener.isRetryPlanned else { return }
        listener.isRetryPlanned = true
        loop.assumeIsolated().scheduleTask(in: .milliseconds(1)) { [weak self] in
            listener.isRetryPlanned = false
            self?.flush(listener)
        }
    }
}

/// Which of our listeners sends to a hop.
enum ListenerChoice {
    /// The one that the hop names, so that an answer leaves where the request came in; else one of the remote's
    /// family, on loopback if the remote is.
    static func index(among endpoints: [InetEndpoint], for hop: Hop) -> Int? {
        if let index = endpoints.firstIndex(of: hop.local) { return index }
        let family = endpoints.indices.filter { endpoints[$0].address.isIPv4 == hop.remote.address.isIPv4 }
        let near = family.first {
            let address = endpoints[$0].address
            return address.isUnspecified || address.isLoopback == hop.remote.address.isLoopback
        }
        return near ?? family.first
    }
}
