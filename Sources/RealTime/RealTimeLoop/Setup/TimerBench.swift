import CLinux
import Telemetry
package import Timing

/// How late a thread woke from its absolute timer. Times in nanoseconds.
package struct TimerBenchResult: Sendable {
    package let period: TimeSpan
    /// Whether SCHED_FIFO was asked for, and errno if it was refused.
    package let wantedRealTime: Bool
    package let refusal: Int32
    package let wakeUps: UInt64
    package let median: UInt64
    package let p99: UInt64
    package let p999: UInt64
    package let worst: UInt64
}

/// Measures what punctuality the machine itself can give: a thread that sleeps until the next multiple of a period,
/// and nothing else.
package enum TimerBench {
    /// Runs one measurement and returns when it is over. nil if no thread could be started.
    ///
    /// - Parameter priority: SCHED_FIFO 1...99; 0 = the ordinary scheduler.
    package static func run(priority: Int32, period: TimeSpan, seconds: Double) -> TimerBenchResult? {
        let count = max(1, Int(seconds * 1e9) / max(1, Int(period.nanoseconds)))
        let probe = TimerProbe(period: period, count: count)
        var options = clinux_thread_options()
        options.priority = priority
        options.processor = -1
        options.timer_slack_ns = 1
        var granted = clinux_thread_report()
        // Why unsafe: the probe goes to the thread as an address. Why sound: it is alive until after the join.
        let problem = unsafe clinux_thread_start(
            &options, { unsafe timerBody($0) }, Unmanaged.passUnretained(probe).toOpaque(), &granted)
        guard problem == 0 else { return nil }
        withExtendedLifetime(probe) { _ = clinux_thread_join(granted.handle) }
        return probe.result(wantedRealTime: priority > 0, refusal: granted.scheduling_problem)
    }
}

/// What the measuring thread works on. Owner: that thread until it is joined.
private final class TimerProbe {
    private let period: TimeSpan
    private let count: Int
    private var lateness = LatencyHistogram()

    init(period: TimeSpan, count: Int) {
        self.period = period
        self.count = count
    }

    func measure() {
        var due = MediaClock.now() + period
        for _ in 0..<count {
            _ = clinux_sleep_until_ns(due.nanoseconds)
            lateness.record(UInt64(max(0, (MediaClock.now() - due).nanoseconds)))
            due += period
        }
    }

    func result(wantedRealTime: Bool, refusal: Int32) -> TimerBenchResult {
        TimerBenchResult(
            period: period, wantedRealTime: wantedRealTime, refusal: refusal, wakeUps: lateness.count,
            median: lateness.percentile(permille: 500) ?? 0, p99: lateness.percentile(permille: 990) ?? 0,
            p999: lateness.percentile(permille: 999) ?? 0, worst: lateness.longest)
    }
}

private func timerBody(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    // Why unsafe: the probe comes back from its address. Why sound: the starter keeps it until after the join.
    unsafe Unmanaged<TimerProbe>.fromOpaque(context).takeUnretainedValue().measure()
}
