import CLinux
import MediaControl
import Rings

/// Keeps the shared region and the program's code in memory.
@safe struct RegionLock {
    // Why unsafe: the region by its address. Why sound: it is mapped as long as the shard lives.
    private let base: UnsafeMutableRawPointer
    private let byteCount: Int

    init(_ lanes: BridgeLanes) {
        unsafe base = lanes.mediaPrivate - lanes.layout.mediaPrivate
        byteCount = lanes.layout.total
    }

    /// Has every page present, and locked if asked; notes what was refused.
    ///
    /// Locking brings the pages in; without it they are brought in all the same, so that no packet waits for one.
    func apply(lock: Bool, to report: inout MediaReport) {
        unsafe clinux_prefault(base, UInt64(byteCount))
        guard lock else { return }
        let region = unsafe MemoryLock.lock(base, byteCount: byteCount)
        let text = MemoryLock.lockText()
        report.isLocked = region.isLocked && text.isLocked
        report.lockRefusal = region.refusal != 0 ? region.refusal : text.refusal
    }
}

extension MemoryLock {
    /// errno of the refusal; 0 = none.
    fileprivate var refusal: Int32 {
        switch self {
        case .locked: return 0
        case .overLimit: return CLINUX_ENOMEM
        case .refused(let number): return number
        }
    }
}

extension MediaReport {
    /// Notes what the thread was granted; it runs from now on.
    mutating func take(_ granted: clinux_thread_report, _ configuration: MediaConfiguration) {
        state = .running
        isRealTime = configuration.realTime != .off && granted.scheduling_problem == 0
        isPinned = configuration.cpu >= 0 && granted.affinity_problem == 0
        scheduleRefusal = granted.scheduling_problem
        pinRefusal = granted.affinity_problem
        if granted.stack_problem != 0 {
            isLocked = false
            if lockRefusal == 0 { lockRefusal = granted.stack_problem }
        }
        processID = clinux_process_id()
    }
}
