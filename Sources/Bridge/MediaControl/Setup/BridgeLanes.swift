package import Rings

/// Handles on everything that both planes share, attached to the region's memory.
///
/// Each ring has one producer and one consumer: commands, subtracts and slow-down lanes are the SIP
/// shard's to push, the rest the media thread's. Copies are handles on the same memory.
@safe package struct BridgeLanes: @unchecked Sendable {
    package let configuration: MediaConfiguration
    package let layout: MediaLayout
    package let commands: SPSCRing<MediaCommand>
    package let subtracts: SPSCRing<SubtractOrder>
    package let events: SPSCRing<MediaEvent>
    package let slowUp: SPSCRing<SlowDatagram>
    package let slowDown: SPSCRing<SlowDatagram>
    package let shard: SeqlockCell<ShardCounters>
    package let report: SeqlockCell<MediaReport>
    package let terminations: SeqlockArray<TerminationCounters>
    /// Monotonic nanoseconds at which the control side was last alive.
    package let controlBeat: SharedWord
    /// Monotonic nanoseconds at which the media side was last alive.
    package let mediaBeat: SharedWord
    /// 1 while the media thread sleeps in the kernel: commands then need the doorbell.
    package let mediaSleeps: SharedWord
    /// Commands taken so far: the subtract lane is ordered behind them.
    package let commandsTaken: SharedWord
    /// The media plane's own memory; the media side alone uses it.
    package let mediaPrivate: UnsafeMutableRawPointer
    let laneBase: UnsafeMutableRawPointer

    package var contextCount: Int { Int(configuration.contexts) }

    /// Lays out fresh (zeroed) memory of `layout.total` octets.
    ///
    /// - Parameter base: start of the region, page aligned; outlives every copy of these handles.
    package static func create(
        at base: UnsafeMutableRawPointer, configuration: MediaConfiguration, mediaPrivateBytes: Int
    ) -> BridgeLanes {
        // unsafe: the region is raw shared memory. Sound: the caller made it as large as the layout says,
        // and nobody else has its address yet.
        unsafe base.storeBytes(of: MediaLayout.magic, as: UInt64.self)
        unsafe base.storeBytes(of: MediaLayout.version, toByteOffset: 8, as: UInt32.self)
        unsafe base.storeBytes(of: UInt64(mediaPrivateBytes), toByteOffset: 16, as: UInt64.self)
        unsafe base.storeBytes(
            of: configuration, toByteOffset: MediaLayout.configurationOffset, as: MediaConfiguration.self)
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: mediaPrivateBytes)
        return unsafe BridgeLanes(base: base, configuration: configuration, layout: layout, initialize: true)
    }

    /// Attaches to a region that another process laid out; nil when it is not one of this version.
    package static func attach(to base: UnsafeMutableRawPointer, byteCount: Int) -> BridgeLanes? {
        guard byteCount >= MediaLayout.headerBytes else { return nil }
        // unsafe: reads the header of memory that another process wrote. Sound: inside the mapped size,
        // trivial types, and magic and version are checked before anything else is believed.
        let magic = unsafe base.load(as: UInt64.self)
        let version = unsafe base.load(fromByteOffset: 8, as: UInt32.self)
        guard magic == MediaLayout.magic, version == MediaLayout.version else { return nil }
        let privateBytes = unsafe Int(base.load(fromByteOffset: 16, as: UInt64.self))
        let configuration = unsafe base.load(
            fromByteOffset: MediaLayout.configurationOffset, as: MediaConfiguration.self)
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: privateBytes)
        guard layout.total <= byteCount else { return nil }
        return unsafe BridgeLanes(base: base, configuration: configuration, layout: layout, initialize: false)
    }

    private init(
        base: UnsafeMutableRawPointer, configuration: MediaConfiguration, layout: MediaLayout, initialize: Bool
    ) {
        self.configuration = configuration
        self.layout = layout
        // unsafe: handles are made from addresses inside the region. Sound: the layout placed each of them
        // in a range of its own, aligned to 128, and the region outlives the handles.
        unsafe commands = SPSCRing(
            at: base + layout.commands, capacity: MediaLayout.commandCapacity, initialize: initialize)
        unsafe subtracts = SPSCRing(
            at: base + layout.subtracts, capacity: layout.subtractCapacity, initialize: initialize)
        unsafe events = SPSCRing(at: base + layout.events, capacity: MediaLayout.eventCapacity, initialize: initialize)
        unsafe slowUp = SPSCRing(at: base + layout.slowUp, capacity: MediaLayout.slowCapacity, initialize: initialize)
        unsafe slowDown = SPSCRing(
            at: base + layout.slowDown, capacity: MediaLayout.slowCapacity, initialize: initialize)
        unsafe shard = Self.cell(at: base + layout.shard, initialize ? ShardCounters() : nil)
        unsafe report = Self.cell(at: base + MediaLayout.reportOffset, initialize ? MediaReport() : nil)
        unsafe terminations = SeqlockArray(
            at: base + layout.counters, count: 2 * Int(configuration.contexts),
            initial: initialize ? TerminationCounters() : nil)
        unsafe controlBeat = SharedWord(at: base + MediaLayout.wordOffset(0))
        unsafe mediaBeat = SharedWord(at: base + MediaLayout.wordOffset(1))
        unsafe mediaSleeps = SharedWord(at: base + MediaLayout.wordOffset(2))
        unsafe commandsTaken = SharedWord(at: base + MediaLayout.wordOffset(3))
        unsafe mediaPrivate = base + layout.mediaPrivate
        unsafe laneBase = base + layout.lanes
        guard initialize else { return }
        for lane in 0..<Int(configuration.lanes) {
            _ = ring(lane, up: false, initialize: true)
            _ = ring(lane, up: true, initialize: true)
        }
    }

    private static func cell<Value: BitwiseCopyable>(
        at memory: UnsafeMutableRawPointer, _ initial: Value?
    ) -> SeqlockCell<Value> {
        // unsafe: as in `init`; the caller passes a place of the layout.
        if let initial { return unsafe SeqlockCell(at: memory, holding: initial) }
        return unsafe SeqlockCell(joining: memory)
    }

    /// A block lane's ring: `up` from the media plane to the control side.
    package func lane(_ index: Int, up: Bool) -> SPSCRing<AudioBlock> { ring(index, up: up, initialize: false) }

    private func ring(_ index: Int, up: Bool, initialize: Bool) -> SPSCRing<AudioBlock> {
        precondition((0..<Int(configuration.lanes)).contains(index), "no such block lane")
        let place = (index * 2 + (up ? 1 : 0)) * MediaLayout.laneStride
        // unsafe: as above; the index was checked against the number of lanes that the layout has room for.
        return unsafe SPSCRing(at: laneBase + place, capacity: MediaLayout.laneCapacity, initialize: initialize)
    }

    /// What one termination has counted; nil when the writer was always in the way.
    func counters(_ slot: UInt32, _ side: Side) -> TerminationCounters? {
        terminations.load(at: Int(slot) * 2 + side.index)
    }
}
