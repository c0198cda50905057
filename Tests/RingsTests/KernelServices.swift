import CLinux
import Testing

@Suite("Clocks, waiting, threads and processes of the kernel")
struct KernelServices {
    @Test("the monotonic clock goes forward, the wall clock is after 2025")
    func clocks() {
        let before = clinux_now_ns()
        #expect(clinux_sleep_until_ns(before + 1_000_000) == 0)
        #expect(clinux_now_ns() - before >= 1_000_000)
        #expect(clinux_wall_us() > 1_735_689_600_000_000)
        #expect(clinux_process_cpu_ns() >= clinux_thread_cpu_ns() / 2)
    }

    @Test("an event counter wakes a waiting loop and is empty after draining")
    func events() throws {
        let loop = clinux_epoll_create()
        let event = clinux_eventfd_create()
        defer { for descriptor in [loop, event] { clinux_close(descriptor) } }
        #expect(clinux_epoll_add(loop, event, CLINUX_READABLE, 99) == 0)
        var ready = Array(repeating: clinux_event(), count: 4)
        #expect(clinux_epoll_wait(loop, &ready, 4, 0) == 0)
        let thread = TestThread { for _ in 0..<3 { clinux_eventfd_signal(event) } }
        #expect(clinux_epoll_wait(loop, &ready, 4, -1) == 1)
        #expect(ready[0].token == 99)
        #expect(ready[0].ready & CLINUX_READABLE != 0)
        thread.join()
        #expect(clinux_eventfd_drain(event) == 3)
        #expect(clinux_eventfd_drain(event) == 0)
        #expect(clinux_epoll_remove(loop, event) == 0)
    }

    @Test("a timer fires at its instant and counts what was missed")
    func timer() {
        let loop = clinux_epoll_create()
        let timer = clinux_timerfd_create()
        defer { for descriptor in [loop, timer] { clinux_close(descriptor) } }
        #expect(clinux_epoll_add(loop, timer, CLINUX_READABLE, 1) == 0)
        let start = clinux_now_ns()
        #expect(clinux_timerfd_set(timer, start + 2_000_000, 1_000_000) == 0)
        var ready = Array(repeating: clinux_event(), count: 1)
        #expect(clinux_epoll_wait(loop, &ready, 1, 5_000_000_000) == 1)
        #expect(clinux_now_ns() - start >= 2_000_000)
        #expect(clinux_timerfd_drain(timer) >= 1)
        #expect(clinux_timerfd_set(timer, 0, 0) == 0)
        _ = clinux_timerfd_drain(timer)
        #expect(clinux_epoll_wait(loop, &ready, 1, 3_000_000) == 0)
    }

    @Test("a waiting loop gives up after the time it was given, to the microsecond scale")
    func timeout() {
        let loop = clinux_epoll_create()
        defer { clinux_close(loop) }
        var ready = Array(repeating: clinux_event(), count: 1)
        let start = clinux_now_ns()
        #expect(clinux_epoll_wait(loop, &ready, 1, 500_000) == 0)
        #expect(clinux_now_ns() - start >= 500_000)
    }

    @Test("descriptors and octets cross a unix socket together")
    func descriptorPassing() {
        var (left, right): (Int32, Int32) = (-1, -1)
        #expect(clinux_socket_pair(&left, &right) == 0)
        let event = clinux_eventfd_create()
        #expect(clinux_eventfd_signal(event) == 0)
        let message: [UInt8] = [1, 2, 3]
        #expect(clinux_send_descriptors(left, [event, left], 2, message, 3) == 3)
        var came: [Int32] = Array(repeating: -1, count: 1)
        var count: UInt32 = 1
        var octets: [UInt8] = Array(repeating: 0, count: 8)
        #expect(clinux_receive_descriptors(right, &came, &count, &octets, 8) == 3)
        #expect(count == 1)
        #expect(Array(octets.prefix(3)) == message)
        #expect(came[0] != event)
        #expect(clinux_eventfd_drain(came[0]) == 1)
        clinux_close(left)
        count = 1
        #expect(clinux_receive_descriptors(right, &came, &count, &octets, 8) == 0)
        #expect(count == 0)
        for descriptor in [right, event, came[0]] { clinux_close(descriptor) }
    }

    @Test("a thread starts with all it asked for, or reports each refusal and runs all the same")
    func thread() {
        let result = ThreadFindings()
        var options = clinux_thread_options()
        options.priority = 10
        options.processor = 0
        options.lock_stack = 1
        options.timer_slack_ns = 1
        withUnsafeMutableBytes(of: &options.name) { $0.copyBytes(from: Array("tandem-test".utf8)) }
        var report = clinux_thread_report()
        let problem = clinux_thread_start(
            &options,
            { context in
                guard let context else { return }
                Unmanaged<ThreadFindings>.fromOpaque(context).takeUnretainedValue().look()
            }, Unmanaged.passUnretained(result).toOpaque(), &report)
        #expect(problem == 0)
        #expect(clinux_thread_join(report.handle) == 0)
        #expect(report.thread_id == result.thread && result.thread != clinux_thread_id())
        if report.scheduling_problem == 0 {
            #expect(result.policy == 1 && result.priority == 10)
        } else {
            #expect(report.scheduling_problem == CLINUX_EPERM)
            #expect(result.policy == 0)
        }
        #expect(clinux_thread_probe_realtime(10) == -report.scheduling_problem)
    }

    @Test("limits, capabilities and sizes of this process are read")
    func process() {
        #expect(clinux_resident_octets() > 1 << 20)
        #expect(clinux_peak_resident_octets() >= clinux_resident_octets() / 2)
        #expect(clinux_processors_allowed() >= 1)
        #expect(clinux_raise_limit_descriptors() > 0)
        #expect(clinux_limit_descriptors() > 0)
        var (runtime, period): (Int64, Int64) = (0, 0)
        #expect(clinux_rt_throttle(&runtime, &period) == 0)
        #expect(runtime == -1 || (runtime >= 0 && runtime <= period))
        var (left, right): ([UInt8], [UInt8]) = (Array(repeating: 0, count: 600), Array(repeating: 0, count: 600))
        #expect(clinux_random(&left, 600) == 0 && clinux_random(&right, 600) == 0)
        #expect(left != right)
    }

    @Test("what is allocated shows in the heap's use, unless a sanitizer brings a heap of its own")
    func heap() {
        let before = clinux_heap_in_use()
        let memory = UnsafeMutableRawPointer.allocate(byteCount: 64 << 20, alignment: 16)
        let after = clinux_heap_in_use()
        memory.deallocate()
        #expect(after == 0 || after >= before / 2 + (60 << 20))
    }

    @Test("a child gets the descriptors passed to it from 3 on, and its end is told")
    func spawn() {
        let event = clinux_eventfd_create()
        defer { clinux_close(event) }
        #expect(spawn("test -e /proc/self/fd/3 && exit 7", passing: [event]) == 7)
        #expect(spawn("kill -TERM $$", passing: []) == 128 + 15)
    }

    private func spawn(_ script: String, passing descriptors: [Int32]) -> Int32 {
        let process = script.withCString { script in
            "/bin/sh".withCString { shell in
                "-c".withCString { flag in
                    clinux_spawn(shell, [shell, flag, script, nil], nil, descriptors, UInt32(descriptors.count))
                }
            }
        }
        #expect(process > 0)
        var status: Int32 = -1
        #expect(clinux_wait_child(process, 1, &status) == process)
        return status
    }
}

private final class ThreadFindings {
    var thread: Int32 = 0
    var policy: Int32 = 0
    var priority: Int32 = 0

    func look() {
        thread = clinux_thread_id()
        policy = clinux_thread_policy(&priority)
    }
}
