import Logging
package import NIOCore
import NIOPosix
import SIPTransaction
import Timing

extension TransportShell {
    /// Opens all listeners. On any failure those already open are closed again.
    /// - Returns: the listeners as they are bound, in the order given; fails with `TransportProblem`.
    package func start(_ listeners: [ListenerAddress]) -> EventLoopFuture<[ListenerAddress]> {
        let opened = listeners.map { open($0) }
        let all = EventLoopFuture.whenAllComplete(opened, on: loop).assumeIsolated().flatMapThrowing { results in
            try results.map { try $0.get() }
        }
        let started = all.nonisolated()
        started.assumeIsolated().whenComplete { [self] result in
            switch result {
            case .success: begin()
            case .failure: _ = stop()
            }
        }
        return started
    }

    /// Closes all listeners and connections, once what waits was handed to the kernel.
    package func stop() -> EventLoopFuture<Void> {
        flush()
        isRunning = false
        for connection in connections.all { connection.close() }
        let closing = datagrams.map { $0.close() } + streams.map { $0.close() }
        datagrams = []
        streams = []
        return EventLoopFuture.andAllComplete(closing, on: loop)
    }

    /// What is bound, as `start` returned it.
    package var listeners: [ListenerAddress] {
        datagrams.map { ListenerAddress(transport: .udp, endpoint: $0.endpoint) }
            + streams.map { ListenerAddress(transport: .tcp, endpoint: $0.endpoint) }
    }

    private func open(_ address: ListenerAddress) -> EventLoopFuture<ListenerAddress> {
        switch address.transport {
        case .udp: openDatagram(address)
        case .tcp: openStream(address)
        case .tls, .ws, .wss: loop.makeFailedFuture(TransportProblem.unsupported(address))
        }
    }

    private func begin() {
        isRunning = true
        planSweep()
    }

    /// A listener that ends by itself leaves us deaf: whoever watches the log has to know.
    func listenerEnded(_ address: ListenerAddress) {
        guard isRunning else { return }
        logger.critical("listener has ended", metadata: ["listener": "\(address)"])
    }

    private func planSweep() {
        loop.assumeIsolated().scheduleTask(in: .nanoseconds(settings.sweepInterval.nanoseconds)) { [weak self] in
            guard let self, isRunning else { return }
            sweep(now: clock())
            planSweep()
        }
    }

    /// Closes what has been silent for too long.
    func sweep(now: MonotonicInstant) {
        for connection in connections.all {
            let limit = connection.isProven ? settings.idleLimit : settings.unprovenIdleLimit
            guard now - connection.lastActivity > limit else { continue }
            counts.closedIdle += 1
            connection.close()
        }
    }
}
