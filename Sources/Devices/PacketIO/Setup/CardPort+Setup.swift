import CLinux
import InetStack
import PacketDemux
import Rings

extension CardPort {
    /// Octets of memory that the tables of a card take.
    static func byteCount(pairCapacity: Int) -> Int {
        NeighborCache.byteCount + RouteTable.byteCount + PortMap.byteCount(pairs: pairCapacity)
    }

    /// Lays empty tables on memory.
    ///
    /// - Parameter memory: `byteCount(pairCapacity:)` octets, aligned to 128, alive as long as the port.
    @unsafe
    init(at memory: UnsafeMutableRawPointer, _ link: CardLink, _ configuration: SocketConfiguration) {
        var seed: UInt64 = 0
        // Why unsafe: random octets and three tables go to raw memory. Why sound: the number holds eight octets, and
        // the tables lie one behind the other inside what was promised; the first two take multiples of 16.
        _ = unsafe clinux_random(&seed, 8)
        unsafe self.init(
            socket: link.socket, bell: link.bell, changes: link.changes,
            identity: FrameComposer(
                link: link.link, address4: configuration.address4, address6: configuration.address6,
                dscp: configuration.dscp),
            neighbors: NeighborCache(at: memory, seed: seed), routes: RouteTable(at: memory + NeighborCache.byteCount),
            ports: PortMap(
                at: memory + NeighborCache.byteCount + RouteTable.byteCount, pairs: configuration.pairCapacity))
    }

    @_noAllocation @_noLocks
    private init(
        socket: Int32, bell: Int32, changes: SPSCRing<InterfaceEvent>, identity: FrameComposer,
        neighbors: NeighborCache, routes: RouteTable, ports: PortMap
    ) {
        self.socket = socket
        self.bell = bell
        self.changes = changes
        self.identity = identity
        self.neighbors = neighbors
        self.routes = routes
        self.ports = ports
        counters = FrameCounters()
        framesOut = 0
        slowOut = 0
    }
}
