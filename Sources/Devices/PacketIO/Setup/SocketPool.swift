import CLinux
import Octets
package import PacketDemux
import Rings

/// The open media sockets of a shard with everything that belongs to them. Owner: whoever starts the shard.
///
/// `sockets` is handed to the media thread before it starts; `close` is called after it has ended.
package final class SocketPool {
    /// The media thread's handle.
    package let sockets: MediaSockets
    private let keeper: PortKeeper
    private let opener: PairOpener
    private let descriptors: [Int32]
    /// errno with which the kernel refused one of the rings; 0 = both are there, or were not asked for.
    package let ringRefusal: Int32

    /// Octets of memory that the sockets' tables take.
    ///
    /// - Parameter egress: capacity of the largest egress batch that is sent.
    package static func byteCount(pairCapacity: Int, egress: Int) -> Int {
        SocketLayout(pairCapacity: pairCapacity, egress: egress).total
    }

    /// Opens every pair of the pool, or none.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(pairCapacity:egress:)` octets, aligned to 128, alive until `close`.
    ///   - ingress: the batch that is received into, its frames alive until `close`.
    ///   - link: the interface that is ours, if one is; it needs io_uring.
    @unsafe
    package init(
        at memory: UnsafeMutableRawPointer, _ configuration: SocketConfiguration, egress: Int, ingress: DatagramBatch,
        card link: CardLink? = nil
    ) throws(PortProblem) {
        let epoll = clinux_epoll_create()
        let requestBell = clinux_eventfd_create()
        let replyBell = clinux_eventfd_create()
        descriptors = [epoll, requestBell, replyBell]
        opener = PairOpener(configuration: configuration)
        let layout = SocketLayout(pairCapacity: configuration.pairCapacity, egress: egress)
        // Why unsafe: rings and tables are laid on raw memory. Why sound: the layout gives each a range of its
        // own inside the octets that the caller promised.
        let line = unsafe layout.line(at: memory, requestBell: requestBell, replyBell: replyBell)
        let rings = unsafe layout.rings(at: memory, configuration, ingress.frames)
        ringRefusal = unsafe rings.refusal
        var sockets = unsafe layout.sockets(
            at: memory, epoll: epoll, bell: configuration.bell, line: line, rings: rings)
        if let link { sockets.card = unsafe layout.card(at: memory, link, configuration) }
        self.sockets = sockets
        let isRingMissing = link != nil && !sockets.receivesByRing
        guard descriptors.allSatisfy({ $0 >= 0 }), !isRingMissing else {
            let problem = isRingMissing ? ringRefusal : -(descriptors.min() ?? 0)
            sockets.closeRings()
            Self.close(descriptors)
            throw .wait(problem)
        }
        do throws(PortProblem) {
            try Self.openAll(configuration, opener, sockets)
            keeper = try PortKeeper(line: line, opener: opener)
        } catch {
            sockets.closeRings()
            Self.closeAll(sockets, opener)
            Self.close(descriptors)
            throw error
        }
        _ = clinux_epoll_add(epoll, configuration.bell, CLINUX_READABLE, MediaSockets.bellToken)
        _ = clinux_epoll_add(epoll, replyBell, CLINUX_READABLE, MediaSockets.answerToken)
    }

    /// Closes all sockets and ends the keeper. The media thread must have ended.
    package func close() {
        keeper.stop()
        // Before the sockets: the ring keeps those open that it listens to.
        sockets.closeRings()
        Self.closeAll(sockets, opener)
        Self.close(descriptors)
    }

    private static func openAll(
        _ configuration: SocketConfiguration, _ opener: PairOpener, _ sockets: MediaSockets
    ) throws(PortProblem) {
        for pair in 0..<configuration.pairCount {
            let number = Int(configuration.firstPort) + 2 * pair
            guard let port = UInt16(exactly: number), port % 2 == 0, port < .max else {
                throw .port(UInt16(clamping: number), CLINUX_EADDRNOTAVAIL)
            }
            sockets.hear(try opener.open(port), as: UInt16(pair), at: port)
        }
    }

    private static func closeAll(_ sockets: MediaSockets, _ opener: PairOpener) {
        for place in 0..<sockets.descriptors.count where sockets.descriptors[place] >= 0 {
            _ = clinux_close(sockets.descriptors[place])
            sockets.descriptors[place] = -1
        }
    }

    private static func close(_ descriptors: [Int32]) {
        for descriptor in descriptors where descriptor >= 0 { _ = clinux_close(descriptor) }
    }
}
