import Codecs
import DSP
package import MediaControl
import Octets
import PacketDemux
import RTPSession
import Rings
package import Timing

/// What `MediaPlane` is made of, laid on memory.
struct MediaPlaneParts {
    let contexts: SlotArray<ContextState>
    let terminations: SlotArray<Termination>
    let active: SlotArray<UInt32>
    let ticking: SlotArray<UInt32>
    let players: SlotArray<Player>
    let playerMemory: OctetBuffer
    let freePlayers: FixedQueue<UInt32>
    let lanes: SlotArray<BlockLane>
    let marks: SlotArray<EgressMark>
    let tables: G711Tables
    let sine: SineTable
    let block: OctetBuffer
    let canonicalName: OctetBuffer
}

/// Where everything lies in the plane's memory.
struct MediaPlaneLayout {
    /// Tick contexts there may be at once: echo and tone calls, softphone lanes.
    static let playerLimit = 1024
    static let markCapacity = 1024
    static let nameOctets = 16

    let capacity: Int
    let playerCount: Int
    let laneCount: Int
    let flows: Int
    let contexts: Int
    let terminations: Int
    let active: Int
    let ticking: Int
    let players: Int
    let playerMemory: Int
    let freePlayers: Int
    let lanes: Int
    let marks: Int
    let tables: Int
    let sine: Int
    let block: Int
    let name: Int
    let total: Int

    init(_ configuration: MediaConfiguration) {
        capacity = max(1, Int(configuration.contexts))
        playerCount = min(capacity, Self.playerLimit)
        laneCount = Int(configuration.lanes)
        var next = 0
        func place(_ octets: Int) -> Int {
            let offset = next
            next = (next + octets + 127) & ~127
            return offset
        }
        flows = place(FlowTable.byteCount(capacity: 2 * capacity))
        contexts = place(SlotArray<ContextState>.byteCount(count: capacity))
        terminations = place(SlotArray<Termination>.byteCount(count: 2 * capacity))
        active = place(SlotArray<UInt32>.byteCount(count: capacity))
        ticking = place(SlotArray<UInt32>.byteCount(count: capacity))
        players = place(SlotArray<Player>.byteCount(count: playerCount))
        playerMemory = place(Player.byteCount * playerCount)
        freePlayers = place(FixedQueue<UInt32>.byteCount(capacity: playerCount))
        lanes = place(SlotArray<BlockLane>.byteCount(count: max(1, laneCount)))
        marks = place(SlotArray<EgressMark>.byteCount(count: Self.markCapacity))
        tables = place(G711Tables.byteCount)
        sine = place(SineTable.byteCount)
        block = place(80)
        name = place(Self.nameOctets)
        total = next
    }
}

extension MediaPlane {
    /// Octets of memory that a plane of this configuration takes.
    package static func byteCount(_ configuration: MediaConfiguration) -> Int {
        MediaPlaneLayout(configuration).total
    }

    /// Lays a plane on zeroed memory and joins it to the bridge.
    ///
    /// - Parameters:
    ///   - memory: `byteCount(lanes.configuration)` octets, all zero, aligned to 128, alive as long as the plane;
    ///     nobody else uses them. Terminations and players are first written when they are first used.
    ///   - now: the instant that the plane begins at.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, lanes: BridgeLanes, now: MonotonicInstant) {
        let configuration = lanes.configuration
        let layout = MediaPlaneLayout(configuration)
        // Why unsafe: handles are laid on raw memory. Why sound: the layout gives each a range of its own inside the
        // octets that the caller promised; what is joined without being filled is trivial, and is written before it
        // is read.
        let flows = unsafe FlowTable(
            at: memory + layout.flows, capacity: 2 * layout.capacity, seed: configuration.seed ^ 0x5ee_d5ee_d5ee)
        let parts = unsafe MediaPlaneParts(at: memory, layout, lanes)
        self.init(
            port: MediaPort(lanes: lanes), flows: flows, parts: parts,
            interval: .milliseconds(Int(configuration.rtcpInterval)), seed: configuration.seed, now: now)
    }

    init(
        port: MediaPort, flows: FlowTable, parts: borrowing MediaPlaneParts, interval: TimeSpan, seed: UInt64,
        now: MonotonicInstant
    ) {
        self.port = port
        self.flows = flows
        contexts = parts.contexts
        terminations = parts.terminations
        active = parts.active
        ticking = parts.ticking
        players = parts.players
        playerMemory = parts.playerMemory
        freePlayers = parts.freePlayers
        lanes = parts.lanes
        marks = parts.marks
        tables = parts.tables
        sine = parts.sine
        block = parts.block
        canonicalName = parts.canonicalName
        self.interval = interval
        generator = SmallGenerator(seed: seed)
        grid = TickGrid(now: now)
    }
}

extension MediaPlaneParts {
    @unsafe
    fileprivate init(at memory: UnsafeMutableRawPointer, _ layout: MediaPlaneLayout, _ bridge: BridgeLanes) {
        unsafe contexts = SlotArray(at: memory + layout.contexts, count: layout.capacity, filledWith: ContextState())
        unsafe terminations = SlotArray(joining: memory + layout.terminations, count: 2 * layout.capacity)
        unsafe active = SlotArray(joining: memory + layout.active, count: layout.capacity)
        unsafe ticking = SlotArray(joining: memory + layout.ticking, count: layout.capacity)
        unsafe players = SlotArray(joining: memory + layout.players, count: layout.playerCount)
        unsafe playerMemory = OctetBuffer(
            start: memory + layout.playerMemory, count: Player.byteCount * layout.playerCount)
        var free: FixedQueue<UInt32> = unsafe FixedQueue(
            at: memory + layout.freePlayers, capacity: layout.playerCount)
        for index in 0..<layout.playerCount { _ = free.push(UInt32(index)) }
        freePlayers = free
        unsafe lanes = SlotArray(joining: memory + layout.lanes, count: layout.laneCount)
        for index in 0..<layout.laneCount {
            lanes[index] = BlockLane(up: bridge.lane(index, up: true), down: bridge.lane(index, up: false))
        }
        unsafe marks = SlotArray(joining: memory + layout.marks, count: MediaPlaneLayout.markCapacity)
        unsafe tables = G711Tables(at: memory + layout.tables)
        unsafe sine = SineTable(at: memory + layout.sine)
        unsafe block = OctetBuffer(start: memory + layout.block, count: 80)
        unsafe canonicalName = OctetBuffer(start: memory + layout.name, count: MediaPlaneLayout.nameOctets)
        let digits = Array("0123456789abcdef".utf8)
        for index in 0..<MediaPlaneLayout.nameOctets {
            let nibble = bridge.configuration.canonicalName >> UInt64(60 - 4 * index) & 15
            canonicalName.set(octet: digits[Int(nibble)], at: index)
        }
    }
}
