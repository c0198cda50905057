import CLinux
package import InetStack
import Octets
package import Rings

/// An interface that the switch owns: the card out of the system's reach, the proxy device in its place, and what
/// runs between them. Owner: whoever took it over; every call from one thread.
@safe package final class InterfaceOwner {
    private static let changeCapacity = 4_096

    /// For the real-time plane: its packet socket, and the news with their bell. Alive until `close`.
    package let realTimeSocket: Int32
    package let bell: Int32
    package let changes: SPSCRing<InterfaceEvent>
    /// The interface as it was at the start.
    package let link: LinkState
    private var filter: PortFilter
    private let takeover: Takeover
    private let bulkSocket: Int32
    private let shuttle: ProxyShuttle
    private let watcher: LinkWatcher
    // Why unsafe: the memory of the ring. Why sound: freed in `close`, when nobody has the ring any more.
    private let memory: UnsafeMutableRawPointer

    /// Takes an interface over, or goes on where an earlier run was killed.
    ///
    /// - Throws: one sentence; the interface is as it was then.
    package init(_ name: String, _ filter: PortFilter) throws(OwnerProblem) {
        let takeover = try Takeover(name)
        try takeover.take()
        self.takeover = takeover
        self.filter = filter
        unsafe memory = .allocate(
            byteCount: SPSCRing<InterfaceEvent>.byteCount(capacity: Self.changeCapacity),
            alignment: SPSCRing<InterfaceEvent>.alignment)
        changes = unsafe SPSCRing(at: memory, capacity: Self.changeCapacity, initialize: true)
        bell = clinux_eventfd_create()
        do throws(OwnerProblem) {
            guard let proxy = try takeover.snapshot()?.link, let card = try takeover.cardLink() else {
                throw OwnerProblem("\(name) has gone while it was taken over")
            }
            bulkSocket = Namespace.run(takeover.namespace) {
                SystemCalls.openCard(card.index, offloads: true, filter.forGeneral)
            }
            realTimeSocket = Namespace.run(takeover.namespace) {
                SystemCalls.openCard(card.index, offloads: false, filter.forRealTime)
            }
            for socket in [bulkSocket, realTimeSocket] where socket < 0 {
                throw OwnerProblem.system("open a packet socket on \(name)", -socket)
            }
            // Groups that the system joins on the proxy are not known to the card.
            _ = clinux_packet_listen(bulkSocket, card.index, 0, 1)
            let mirror = LinkMirror(proxy: proxy, card: card)
            link = mirror.link
            shuttle = try ProxyShuttle(card: bulkSocket, proxy: takeover.proxy)
            watcher = try LinkWatcher(
                takeover, mirror: mirror, cardIndex: card.index, bulkSocket: bulkSocket, changes: changes, bell: bell)
        } catch {
            try? takeover.giveBack()
            throw error
        }
    }

    /// Moves ports between the planes: those of `ranges` are the real-time plane's from now on.
    ///
    /// A port that is claimed is kept from the general-purpose plane first; one that is given back goes there first.
    package func reserve(_ ranges: [ClosedRange<UInt16>]) {
        filter = PortFilter(ranges: ranges, address4: filter.address4, address6: filter.address6)
        _ = SystemCalls.setFilter(filter.forGeneral, of: bulkSocket)
        _ = SystemCalls.setFilter(filter.forRealTime, of: realTimeSocket)
    }

    /// Frames between card and proxy so far.
    package var counters: ShuttleCounters { shuttle.counters }

    /// Ends both threads and gives the interface back as its proxy has it. The real-time plane has let go of socket,
    /// ring and bell.
    package func close() throws(OwnerProblem) {
        watcher.stop()
        shuttle.stop()
        defer {
            for descriptor in [bulkSocket, realTimeSocket, bell] { _ = clinux_close(descriptor) }
            unsafe memory.deallocate()
        }
        try takeover.giveBack()
    }

    /// What taking an interface over would do, or giving it back if it is taken; nothing is changed.
    package static func plan(_ name: String) throws(OwnerProblem) -> [TakeoverStep] {
        let takeover = try Takeover(name)
        guard let snapshot = try takeover.snapshot() else { throw OwnerProblem("there is no interface \(name)") }
        if takeover.isTaken { return TakeoverPlan.giveBack(snapshot, statePath: takeover.statePath) }
        if let objection = TakeoverPlan.objection(to: snapshot) { throw OwnerProblem(objection) }
        return TakeoverPlan.takeOver(snapshot, statePath: takeover.statePath)
    }

    /// Gives an interface back that a run has left behind.
    package static func restore(_ name: String) throws(OwnerProblem) { try Takeover(name).giveBack() }
}
