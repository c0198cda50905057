import CLinux
import InetStack
import InetWire
import Octets
import PacketDemux
import Rings

/// Where the tables of a card lie in their memory.
private struct CardLayout {
    static let neighbors = 1_024
    static let routes = 128

    let routes: Int
    let ports: Int
    let counters: Int
    let questions: Int
    let questionCounts: Int
    let total: Int

    init(pairCapacity: Int) {
        var next = 0
        func place(_ octets: Int) -> Int {
            defer { next = (next + octets + 127) & ~127 }
            return next
        }
        _ = place(NeighborCache.byteCount(capacity: Self.neighbors))
        routes = place(RouteTable.byteCount(capacity: Self.routes))
        ports = place(PortMap.byteCount(pairs: pairCapacity))
        counters = place(FrameCounters.byteCount)
        questions = place(CardPort.questionLimit * CardPort.questionRoom)
        questionCounts = place(SlotArray<UInt8>.byteCount(count: CardPort.questionLimit))
        total = next
    }
}

extension CardPort {
    /// Octets of memory that the tables of a card take.
    static func byteCount(pairCapacity: Int) -> Int { CardLayout(pairCapacity: pairCapacity).total }

    /// Lays empty tables on memory.
    ///
    /// - Parameter memory: `byteCount(pairCapacity:)` octets, aligned to 128, alive as long as the port.
    @unsafe
    init(at memory: UnsafeMutableRawPointer, _ link: CardLink, _ configuration: SocketConfiguration) {
        let layout = CardLayout(pairCapacity: configuration.pairCapacity)
        var seed: UInt64 = 0
        // Why unsafe: random octets and the tables go to raw memory. Why sound: the number holds eight octets, and the
        // layout gives each table a range of its own inside what was promised.
        _ = unsafe clinux_random(&seed, 8)
        var identity = InterfaceIdentity(link: link.link.address)
        identity.ipv4 = configuration.address4
        identity.ipv6 = configuration.address6
        identity.mtu = link.link.mtu
        identity.isUp = link.link.isUp
        socket = link.socket
        bell = link.bell
        changes = link.changes
        composer = FrameComposer(identity)
        sendsFrames = link.sendsFrames
        trafficClass = TrafficClass(dscp: configuration.dscp)
        unsafe neighbors = NeighborCache(at: memory, capacity: CardLayout.neighbors, seed: seed)
        unsafe routes = RouteTable(at: memory + layout.routes, capacity: CardLayout.routes)
        unsafe ports = PortMap(at: memory + layout.ports, pairs: configuration.pairCapacity)
        unsafe counters = FrameCounters(at: memory + layout.counters)
        unsafe questions = OctetBuffer(
            start: memory + layout.questions, count: Self.questionLimit * Self.questionRoom)
        unsafe questionCounts = SlotArray(
            at: memory + layout.questionCounts, count: Self.questionLimit, filledWith: 0)
        questionCount = 0
        framesOut = 0
        slowOut = 0
    }
}
