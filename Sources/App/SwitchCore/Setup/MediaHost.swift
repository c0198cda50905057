import CLinux
import Glibc
import InterfaceOwner
import MediaControl
import RealTimeLoop
import Rings
import Timing

/// Wakes the media thread out of its sleep in the kernel. Any thread.
struct MediaBell: Sendable {
    fileprivate let descriptor: Int32

    func ring() { _ = clinux_eventfd_signal(descriptor) }
}

/// The media plane as the control side holds it: the shared region, the bell, and the thread or the process
/// behind them. Owner: the runner, until `stop`.
final class MediaHost {
    private enum Body {
        case thread(MediaShard)
        case process(id: Int32)
    }

    let lanes: BridgeLanes
    let bell: MediaBell
    let report: MediaReport
    private let region: SharedRegion
    private let body: Body
    private let card: OwnedCard?

    /// Makes the region and starts the media thread in this process.
    ///
    /// - Parameter card: the interface that the thread owns; given back when the media plane ends.
    /// - Throws: one sentence: a port in use, a privilege that is required and missing, no memory.
    static func inThread(
        _ configuration: MediaConfiguration, _ card: OwnedCard? = nil
    ) throws(StartFailure) -> MediaHost {
        do throws(StartFailure) {
            let (region, lanes, bell) = try makeRegion(configuration)
            let (shard, report) = try startShard(lanes, bell, card, configuration)
            return MediaHost(lanes, MediaBell(descriptor: bell), report, region, .thread(shard), card)
        } catch {
            card?.giveBack()
            throw error
        }
    }

    private static func startShard(
        _ lanes: BridgeLanes, _ bell: Int32, _ card: OwnedCard?, _ configuration: MediaConfiguration
    ) throws(StartFailure) -> (MediaShard, MediaReport) {
        do {
            let shard = try MediaShard(lanes: lanes, doorbell: bell, card: card?.link)
            return (shard, try shard.start())
        } catch {
            throw StartFailure(MediaFailure.sentence(error, configuration))
        }
    }

    /// Makes the region and starts the media plane as a child process, which outlives a crash of this one.
    ///
    /// - Parameter dataDirectory: where the child's process id is kept, so that the next start finds it.
    static func inProcess(
        _ configuration: MediaConfiguration, dataDirectory: String
    ) throws(StartFailure) -> MediaHost {
        let (region, lanes, bell) = try makeRegion(configuration)
        let id = try spawn(region: region.descriptor, bell: bell, dataDirectory: dataDirectory)
        MediaOrphan.note(id, in: dataDirectory)
        do throws(StartFailure) {
            let report = try awaitStart(lanes, id)
            return MediaHost(lanes, MediaBell(descriptor: bell), report, region, .process(id: id))
        } catch {
            end(id)
            throw error
        }
    }

    private init(
        _ lanes: BridgeLanes, _ bell: MediaBell, _ report: MediaReport, _ region: SharedRegion, _ body: Body,
        _ card: OwnedCard? = nil
    ) {
        self.lanes = lanes
        self.bell = bell
        self.report = report
        self.region = region
        self.body = body
        self.card = card
    }

    /// The ports that are the real-time plane's from now on; where it owns an interface, their frames are told apart.
    func reserve(_ ranges: [ClosedRange<UInt16>]) { card?.reserve(ranges) }

    /// The interface that the real-time plane owns, and what went by its proxy; nil if it owns none.
    var cardCounters: ShuttleCounters? { card?.owner.counters }

    /// Whether the media plane has ended by itself, which it never should.
    var hasDied: Bool {
        switch body {
        case .thread(let shard): return shard.hasEnded
        case .process(let id):
            var status: Int32 = 0
            // unsafe: waitpid writes the status. Sound: into our variable.
            // What was not our child any more, has been waited for before.
            return unsafe clinux_wait_child(id, 0, &status) != 0
        }
    }

    /// Ends the media thread after its present cycle, or the media process after everything that was commanded before:
    /// one that has not ended after two seconds is told by SIGTERM. Nobody may use the lanes any more.
    func stop() {
        switch body {
        case .thread(let shard):
            shard.requestStop()
            shard.join()
            shard.close()
        case .process(let id):
            if lanes.commands.push(MediaCommand(.stop)) { bell.ring() }
            if !hasEnded(id, within: .seconds(2)) { Self.end(id) }
        }
        card?.giveBack()
        _ = clinux_close(bell.descriptor)
        region.close()
    }

    /// Only for a child that has not been waited for: its number is nobody else's then.
    private static func end(_ id: Int32) {
        var status: Int32 = 0
        // unsafe: waitpid writes the status. Sound: into our variable.
        guard unsafe clinux_wait_child(id, 0, &status) == 0 else { return }
        _ = clinux_send_signal(id, SIGTERM)
        // unsafe: as above.
        _ = unsafe clinux_wait_child(id, 1, &status)
    }

    private func hasEnded(_ id: Int32, within span: TimeSpan) -> Bool {
        let deadline = Clock.now + span
        while !hasDied {
            guard Clock.now < deadline else { return false }
            _ = clinux_sleep_until_ns((Clock.now + .milliseconds(10)).nanoseconds)
        }
        return true
    }

    private static func makeRegion(
        _ configuration: MediaConfiguration
    ) throws(StartFailure) -> (SharedRegion, BridgeLanes, Int32) {
        let privateBytes = ShardMemory(configuration).byteCount
        let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: privateBytes)
        let region: SharedRegion
        do {
            region = try SharedRegion.create(name: "tandem-media", byteCount: layout.total)
        } catch {
            throw StartFailure("the media plane's memory cannot be had: \(error.sentence)")
        }
        // unsafe: handles on raw shared memory. Sound: the region is as large as the layout says, fresh, and
        // outlives the handles (`stop` ends their users first).
        let base = unsafe region.pointer(at: 0, byteCount: layout.total)
        let lanes = unsafe BridgeLanes.create(at: base, configuration: configuration, mediaPrivateBytes: privateBytes)
        let bell = clinux_eventfd_create()
        guard bell >= 0 else { throw StartFailure("the media plane's bell cannot be made: \(SystemError.text(-bell))") }
        return (region, lanes, bell)
    }

    private static func spawn(region: Int32, bell: Int32, dataDirectory: String) throws(StartFailure) -> Int32 {
        let words = [ProgramPath.own, "media", "--region", "3", "--down", "4", "--data", dataDirectory]
        let passed = [region, bell]
        let id = unsafe CStrings.with(words) { arguments in
            // unsafe: C strings and descriptors go to posix_spawn. Sound: all outlive the call.
            unsafe clinux_spawn(ProgramPath.own, arguments, nil, passed, 2)
        }
        guard id > 0 else { throw StartFailure("the media process cannot be started: \(SystemError.text(-id))") }
        return id
    }

    /// Waits until the child says how its start went; ten seconds at most.
    private static func awaitStart(_ lanes: BridgeLanes, _ id: Int32) throws(StartFailure) -> MediaReport {
        let deadline = Clock.now + .seconds(10)
        while Clock.now < deadline {
            var status: Int32 = 0
            // unsafe: waitpid writes the status. Sound: into our variable.
            let ended = unsafe clinux_wait_child(id, 0, &status) == id
            if let report = lanes.report.load() {
                switch report.state {
                case .running: return report
                case .failed: throw StartFailure(MediaFailure.sentence(report, lanes.configuration))
                case .starting, .stopped: break
                }
            }
            if ended { throw StartFailure("the media process ended at its start with status \(status)") }
            _ = clinux_sleep_until_ns((Clock.now + .milliseconds(5)).nanoseconds)
        }
        throw StartFailure("the media process did not get ready within 10 s")
    }
}
