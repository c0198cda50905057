import CLinux
package import MediaControl
import MediaPlane
import PacketDemux
package import PacketIO
import Rings
import Timing

/// A media shard from start to end: sockets, memory, thread. The same in the switch's process and in one of its own.
///
/// The report in the region (`BridgeLanes.report`) says how far it has come and what the machine refused.
/// Owner: whoever started it; every call from one thread.
@safe package final class MediaShard {
    private let lanes: BridgeLanes
    private let pool: SocketPool
    private let stopWord: SharedWord
    private let doorbell: Int32
    // Why unsafe: the loop is reached by address, since the thread's body gets nothing else. Why sound: made in
    // `init`, freed in `close` after the thread has ended; only the thread touches it in between.
    private let loop: UnsafeMutablePointer<MediaShardLoop>
    private var thread: UInt64 = 0
    private var isClosed = false

    /// Opens the sockets and lays the shard on the region; `start` begins.
    ///
    /// - Parameters:
    ///   - lanes: the region; its private part holds `ShardMemory(configuration).byteCount` zeroed octets.
    ///   - doorbell: an event descriptor that the control side rings for the shard.
    ///   - card: the interface that the real-time plane owns, if it owns one.
    package init(lanes: BridgeLanes, doorbell: Int32, card: CardLink? = nil) throws(MediaProblem) {
        let configuration = lanes.configuration
        let memory = ShardMemory(configuration)
        let pool: SocketPool
        // Why unsafe: the batch is laid on raw memory. Why sound: as below.
        let ingress = unsafe DatagramBatch(at: lanes.mediaPrivate + memory.ingress)
        do throws(PortProblem) {
            // Why unsafe: parts are laid on raw memory. Why sound: `ShardMemory` gives each a range of its own
            // inside the private part of the region, which outlives the shard.
            pool = try unsafe SocketPool(
                at: lanes.mediaPrivate + memory.sockets, SocketConfiguration(configuration, bell: doorbell),
                egress: ShardMemory.egressCapacity, ingress: ingress, card: card)
        } catch {
            throw .ports(error)
        }
        self.lanes = lanes
        self.pool = pool
        self.doorbell = doorbell
        unsafe stopWord = SharedWord(at: lanes.mediaPrivate + memory.stopWord)
        stopWord.store(0)
        unsafe loop = .allocate(capacity: 1)
        unsafe loop.initialize(
            to: MediaShardLoop(
                plane: MediaPlane(at: lanes.mediaPrivate + memory.plane, lanes: lanes, now: MediaClock.now()),
                sockets: pool.sockets, ingress: ingress,
                egress: EgressBatch(
                    at: lanes.mediaPrivate + memory.egress, capacity: ShardMemory.egressCapacity),
                stopWord: stopWord))
    }

    deinit { close() }

    /// Locks the memory and starts the thread with what the configuration asks and the machine grants.
    ///
    /// - Returns: what was granted; also in the region for the control side.
    package func start() throws(MediaProblem) -> MediaReport {
        let configuration = lanes.configuration
        let wantsRealTime = configuration.realTime != .off
        if configuration.realTime == .required {
            let refusal = clinux_thread_probe_realtime(Int32(configuration.priority))
            guard refusal == 0 else { throw .realTimeRefused(abs(refusal)) }
        }
        var report = MediaReport()
        report.ringRefusal = pool.ringRefusal
        RegionLock(lanes).apply(lock: wantsRealTime, to: &report)
        var options = clinux_thread_options()
        options.priority = wantsRealTime ? Int32(configuration.priority) : 0
        options.processor = Int32(configuration.cpu)
        options.lock_stack = wantsRealTime ? 1 : 0
        options.timer_slack_ns = 1
        // Why unsafe: a name goes into a C array. Why sound: it holds 16 octets.
        unsafe withUnsafeMutableBytes(of: &options.name) { unsafe $0.copyBytes(from: "tandem-media".utf8) }
        var granted = clinux_thread_report()
        // Why unsafe: the loop's address goes to the thread. Why sound: `close` joins before the loop is freed.
        let problem = unsafe clinux_thread_start(&options, { unsafe mediaBody($0) }, loop, &granted)
        guard problem == 0 else { throw .thread(-problem) }
        thread = granted.handle
        report.take(granted, configuration)
        lanes.report.store(report)
        return report
    }

    /// Asks the thread to end after its present cycle. From any thread.
    package func requestStop() {
        stopWord.store(1)
        _ = clinux_eventfd_signal(doorbell)
    }

    /// Whether the thread has come to its end. From any thread.
    package var hasEnded: Bool { stopWord.load() == 2 }

    /// Waits for the thread's end, which a `stop` command or `requestStop` brings about.
    package func join() {
        guard thread != 0 else { return }
        _ = clinux_thread_join(thread)
        thread = 0
        guard var report = lanes.report.load() else { return }
        report.state = .stopped
        lanes.report.store(report)
    }

    /// Ends the thread if it runs, and closes all sockets.
    package func close() {
        guard !isClosed else { return }
        isClosed = true
        if thread != 0 { requestStop() }
        join()
        pool.close()
        unsafe loop.deinitialize(count: 1)
        unsafe loop.deallocate()
    }

    /// Lets `body` drive the loop on the calling thread, instead of `start`: for tests and measurements.
    package func drive<Result>(_ body: (inout MediaShardLoop) -> Result) -> Result {
        precondition(thread == 0, "the shard has no thread of its own")
        // Why unsafe: the loop by its address. Why sound: no thread of ours has it.
        return unsafe body(&loop.pointee)
    }
}

/// Body of the media thread.
private func mediaBody(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    // Why unsafe: the loop comes back from its address. Why sound: `close` frees it after joining this thread.
    unsafe context.assumingMemoryBound(to: MediaShardLoop.self).pointee.run()
}

extension SocketConfiguration {
    fileprivate init(_ configuration: MediaConfiguration, bell: Int32) {
        self.init(
            address4: configuration.address4, address6: configuration.address6, firstPort: configuration.firstPort,
            pairCount: Int(configuration.pairCount), pairCapacity: Int(configuration.pairCapacity),
            dscp: configuration.dscp, receiveBuffer: Int(configuration.receiveBuffer), bell: bell,
            usesRing: configuration.usesRing)
    }
}
