import CLinux

/// What came of an attempt to keep memory from being paged out.
package enum MemoryLock: Equatable, Sendable {
    /// So many octets are locked.
    case locked(byteCount: Int)
    /// The limit RLIMIT_MEMLOCK (octets) is too small and the privilege CAP_IPC_LOCK is missing.
    case overLimit(needed: Int, limit: UInt64)
    /// The kernel refused for another reason; carries errno.
    case refused(Int32)

    /// Whether the memory is locked.
    package var isLocked: Bool {
        switch self {
        case .locked: true
        case .overLimit, .refused: false
        }
    }

    /// One sentence for the operator.
    package var sentence: String {
        switch self {
        case .locked(let byteCount): "\(byteCount) octets are locked in memory"
        case .overLimit(let needed, let limit):
            "\(needed) octets cannot be locked in memory: the limit (RLIMIT_MEMLOCK) is \(limit)"
        case .refused(let number): "memory cannot be locked (errno \(number))"
        }
    }

    /// Locks `byteCount` octets at `start` and marks them MADV_DONTFORK, so that a child gets no copy of them.
    @unsafe
    package static func lock(_ start: UnsafeMutableRawPointer, byteCount: Int) -> MemoryLock {
        // Why unsafe: C call on memory of the caller. Why sound: the caller promises the range is mapped.
        verdict(unsafe clinux_lock_memory(start, UInt64(byteCount)), byteCount)
    }

    /// Locks the machine code of the program and of its libraries that are loaded by now.
    package static func lockText() -> MemoryLock {
        var byteCount: UInt64 = 0
        // Why unsafe: passes an address. Why sound: the number outlives the call.
        let problem = unsafe clinux_lock_text(&byteCount)
        return verdict(problem, Int(byteCount))
    }

    private static func verdict(_ problem: Int32, _ byteCount: Int) -> MemoryLock {
        if problem == 0 { return .locked(byteCount: byteCount) }
        let limit = clinux_limit_memlock()
        if problem == CLINUX_EPERM || limit < UInt64(byteCount) {
            return .overLimit(needed: byteCount, limit: limit)
        }
        return .refused(problem)
    }
}
