import CLinux
import MediaControl
import Rings
import Timing

/// The media plane as a process of its own: all that it is told are two descriptors, the rest lies in the region.
package enum MediaProcess {
    /// How long the process goes on without calls and without a sign of life of a control side.
    private static let patience = TimeSpan.seconds(60)

    /// Attaches to the region, runs a shard and returns when it has ended.
    ///
    /// It outlives its parent: when the control side dies, calls flow on, and another control side may take over.
    /// Without calls and control side it ends after a minute.
    /// - Parameters:
    ///   - region: descriptor of the shared memory file.
    ///   - doorbell: rung by the control side.
    package static func run(region descriptor: Int32, doorbell: Int32) throws(MediaProblem) {
        let size = clinux_file_size(descriptor)
        guard size > 0 else { throw .region(Int32(-size)) }
        let region: SharedRegion
        do throws(RegionProblem) {
            region = try SharedRegion.attach(descriptor: descriptor, byteCount: Int(size))
        } catch {
            throw .region(CLINUX_ENOMEM)
        }
        defer { region.close() }
        // Why unsafe: handles on raw shared memory. Why sound: the mapping is as long as said, and `attach` believes
        // nothing before it has found magic and version.
        let base = unsafe region.pointer(at: 0, byteCount: region.byteCount)
        guard let lanes = unsafe BridgeLanes.attach(to: base, byteCount: region.byteCount) else { throw .region(0) }
        do throws(MediaProblem) {
            try serve(lanes, doorbell: doorbell)
        } catch {
            var report = MediaReport()
            report.state = .failed
            report.failure = error.number
            report.failedPort = error.port
            lanes.report.store(report)
            throw error
        }
    }

    private static func serve(_ lanes: BridgeLanes, doorbell: Int32) throws(MediaProblem) {
        let shard = try MediaShard(lanes: lanes, doorbell: doorbell)
        defer { shard.close() }
        _ = try shard.start()
        watch(lanes, shard)
        shard.join()
    }

    /// Looks once a second whether the shard still runs and somebody still needs it.
    private static func watch(_ lanes: BridgeLanes, _ shard: MediaShard) {
        let start = MediaClock.now()
        while !shard.hasEnded {
            _ = clinux_sleep_until_ns((MediaClock.now() + .milliseconds(500)).nanoseconds)
            if isDeserted(lanes, since: start, now: MediaClock.now()) { shard.requestStop() }
        }
    }

    /// Whether nobody needs the shard any more: no calls, and no control side for a minute.
    static func isDeserted(_ lanes: BridgeLanes, since: MonotonicInstant, now: MonotonicInstant) -> Bool {
        let control = MonotonicInstant(nanoseconds: max(lanes.controlBeat.load(), since.nanoseconds))
        guard now - control > patience, let shard = lanes.shard.load() else { return false }
        return shard.contexts == 0
    }
}
