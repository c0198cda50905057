import CLinux
import InetStack
import InetWire
import Rings

/// The control channel: hears what changes on proxy and card, and does what `LinkMirror` says.
///
/// Runs on an ordinary thread of its own. Owner: `InterfaceOwner`, which stops it before the descriptors go.
final class LinkWatcher: @unchecked Sendable {
    /// Nanoseconds from one look at the card to the next, and until everything is told anew.
    private static let glance: Int64 = 200_000_000
    private static let pause: Int64 = 10_000_000

    private let system: NetlinkSocket
    private let card: NetlinkSocket
    private let cardRequests: NetlinkSocket
    private let cardIndex: UInt32
    private let proxyDevice: Int32
    private let bulkSocket: Int32
    private let changes: SPSCRing<InterfaceEvent>
    private let bell: Int32
    private let epoll: Int32
    private let stopBell: Int32
    private var mirror: LinkMirror
    private var thread: UInt64 = 0
    /// The real-time plane was too slow to take a change: everything is told anew.
    private var isBehind = false

    /// - Parameters:
    ///   - bulkSocket: packet socket on the card that joins groups and listens to everything for the proxy.
    ///   - changes: to the real-time plane, with the bell that is rung after each.
    init(
        _ takeover: Takeover, mirror: LinkMirror, cardIndex: UInt32, bulkSocket: Int32,
        changes: SPSCRing<InterfaceEvent>, bell: Int32
    ) throws(OwnerProblem) {
        system = try NetlinkSocket(groups: NetlinkSocket.everything)
        card = try NetlinkSocket(groups: NetlinkSocket.links, in: takeover.namespace)
        cardRequests = try NetlinkSocket(in: takeover.namespace)
        self.cardIndex = cardIndex
        proxyDevice = takeover.proxy
        self.bulkSocket = bulkSocket
        self.changes = changes
        self.bell = bell
        self.mirror = mirror
        epoll = clinux_epoll_create()
        stopBell = clinux_eventfd_create()
        for (descriptor, token) in [(system.descriptor, 1), (card.descriptor, 2), (stopBell, 3)] {
            _ = clinux_epoll_add(epoll, descriptor, CLINUX_READABLE, UInt64(token))
        }
        tellEverything()
        let started = OwnerThread.start("tandem-link", self) { $0.run() }
        thread = started.handle
        if started.problem != 0 { throw OwnerProblem.system("start a thread", started.problem) }
    }

    deinit {
        stop()
        _ = clinux_close(epoll)
        _ = clinux_close(stopBell)
    }

    /// Ends the thread and waits for it.
    func stop() {
        _ = clinux_eventfd_signal(stopBell)
        if thread != 0 { _ = clinux_thread_join(thread) }
        thread = 0
    }

    private func run() {
        var event = clinux_event()
        while true {
            let wait = isBehind ? Self.pause : Self.glance
            // Why unsafe: the kernel writes one event. Why sound: it has room for one.
            let count = unsafe clinux_epoll_wait(epoll, &event, 1, wait)
            if count == 1, event.token == 3 { return }
            if isBehind { tellEverything() }
            guard count == 1 else {
                lookAtCard()
                continue
            }
            hear(event.token == 1 ? system : card, isSystem: event.token == 1)
        }
    }

    private func hear(_ socket: NetlinkSocket, isSystem: Bool) {
        guard let messages = socket.changes() else {
            tellEverything()
            return
        }
        for news in Takeover.news(messages) {
            for effect in isSystem ? mirror.systemChanged(news) : mirror.cardChanged(news) { carryOut(effect) }
        }
    }

    /// Reads everything and tells it: at first, and after something was missed.
    private func tellEverything() {
        isBehind = false
        tell(.reset)
        let kinds = [NetlinkKind.getLink, NetlinkKind.getRoute, NetlinkKind.getNeighbor]
        if let asker = try? NetlinkSocket(), let messages = try? asker.dump(kinds) {
            for news in Takeover.news(messages) {
                for effect in mirror.systemChanged(news) { carryOut(effect) }
            }
        }
        lookAtCard()
        tell(.link(mirror.link))
    }

    /// The kernel may keep the news of a pulled cable for a second: it is looked at in between.
    private func lookAtCard() {
        guard let messages = try? cardRequests.dump([NetlinkKind.getLink]) else { return }
        for news in Takeover.news(messages) {
            for effect in mirror.cardChanged(news) { carryOut(effect) }
        }
    }

    private func tell(_ event: InterfaceEvent) {
        if !changes.push(event) { isBehind = true }
        _ = clinux_eventfd_signal(bell)
    }

    private func carryOut(_ effect: MirrorEffect) {
        switch effect {
        case .tell(let event): tell(event)
        case .setCardAddress(let address): setAddress(address)
        case .setCardMTU(let mtu):
            var request = NetlinkRequest.setLink(cardIndex)
            request.add(4, word32: mtu)
            _ = try? cardRequests.ask(request)
        case .setCardUp(let isUp): _ = try? cardRequests.ask(.setLink(cardIndex, flags: 1, values: isUp ? 1 : 0))
        case .setCardPromiscuous(let on): _ = clinux_packet_listen(bulkSocket, cardIndex, 1, on ? 1 : 0)
        case .setCardAllMulticast(let on): _ = clinux_packet_listen(bulkSocket, cardIndex, 0, on ? 1 : 0)
        case .setProxyCarrier(let on): _ = clinux_tap_set_carrier(proxyDevice, on ? 1 : 0)
        }
    }

    /// Some cards take another address only while they are off.
    private func setAddress(_ address: MACAddress) {
        var request = NetlinkRequest.setLink(cardIndex)
        request.add(1, address.octets)
        guard (try? cardRequests.ask(request)) != 0 else { return }
        carryOut(.setCardUp(false))
        _ = try? cardRequests.ask(request)
        carryOut(.setCardUp(true))
    }
}
