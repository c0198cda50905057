import CLinux
import MediaControl
import Octets
import RealTimeLoop
import Rings
import Testing
import Timing

@Suite("The media plane as a process of its own: all it is told are two descriptors", .serialized)
struct MediaProcessTests {
    /// A region as the control side makes it, and the bell.
    private final class Parent {
        let region: SharedRegion
        let lanes: BridgeLanes
        let down = clinux_eventfd_create()

        init(firstPort: UInt16) throws {
            var configuration = MediaConfiguration()
            configuration.address4 = .ipv4(0x7F00_0001)
            configuration.firstPort = firstPort
            configuration.pairCount = 2
            configuration.pairCapacity = 2
            configuration.contexts = 4
            configuration.realTime = .off
            let privateBytes = ShardMemory(configuration).byteCount
            let layout = MediaLayout(configuration: configuration, mediaPrivateBytes: privateBytes)
            region = try SharedRegion.create(name: "tandem-test", byteCount: layout.total)
            lanes = BridgeLanes.create(
                at: region.pointer(at: 0, byteCount: layout.total), configuration: configuration,
                mediaPrivateBytes: privateBytes)
        }

        deinit {
            region.close()
            _ = clinux_close(down)
        }

        /// Runs the media side as `tandem media` would, on a thread of this process.
        func run() -> MediaProblem? {
            do throws(MediaProblem) {
                try MediaProcess.run(region: clinux_duplicate(region.descriptor), doorbell: down)
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("it attaches, reports that it runs, obeys a stop and reports that")
    func lifeCycle() throws {
        var parent = try Parent(firstPort: 43_800)
        var problem: MediaProblem?
        for attempt in 0..<20 as Range<UInt16> {
            parent = try Parent(firstPort: 43_800 + 16 * attempt)
            // The command waits in its lane until the media side attaches.
            #expect(parent.lanes.commands.push(MediaCommand(.stop)))
            problem = parent.run()
            if problem == nil { break }
        }
        #expect(problem == nil)
        #expect(parent.lanes.report.load()?.state == .stopped)
        var notices: [MediaNotice] = []
        while let event = parent.lanes.events.pop() { notices.append(event.notice) }
        #expect(notices == [.stopped])
    }

    @Test("a port in use is named in the report")
    func portInUse() throws {
        let parent = try Parent(firstPort: 45_400)
        var local = clinux_endpoint()
        local.low = InetAddress.ipv4(0x7F00_0001).low
        local.port = 45_402
        let blocker = clinux_udp_open(&local)
        defer { if blocker >= 0 { _ = clinux_close(blocker) } }
        let problem = try #require(parent.run())
        #expect(problem.number == CLINUX_EADDRINUSE)
        let report = try #require(parent.lanes.report.load())
        #expect(report.state == .failed && report.failure == CLINUX_EADDRINUSE)
        #expect(report.failedPort == problem.port && problem.port >= 45_400)
    }

    @Test("memory that is no region of this version is refused")
    func foreignRegion() throws {
        let region = try SharedRegion.create(name: "tandem-foreign", byteCount: 65_536)
        defer { region.close() }
        #expect(throws: MediaProblem.region(0)) {
            try MediaProcess.run(region: clinux_duplicate(region.descriptor), doorbell: -1)
        }
    }
}
