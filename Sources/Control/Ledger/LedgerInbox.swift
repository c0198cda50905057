import Billing
import CLinux
import Dispatch
import Synchronization

/// What goes to the writer.
enum LedgerItem: Sendable {
    case record(LedgerOperation)
    case registration(RegistrationChange, LedgerToken?)
    /// Outbox entries that a receiver has taken.
    case delivered([Int64])

    /// Whether somebody waits for the commit.
    var isAwaited: Bool {
        switch self {
        case .record(let operation): operation.token != nil
        case .registration(_, let token): token != nil
        case .delivered: false
        }
    }

    /// Whether it is taken even when the queue is over its limit: what ends a record has to be written.
    var isPrivileged: Bool {
        switch self {
        case .record(let operation): operation.state.isFinal
        case .registration, .delivered: false
        }
    }
}

/// The bounded queue between the control plane and the writer thread. Putting never waits for the disk.
final class LedgerInbox: Sendable {
    struct Load {
        var items: [LedgerItem] = []
        /// When the first of them came, on the monotonic clock in nanoseconds.
        var since: UInt64?
        var isClosing = false
    }

    private struct State {
        var items: [LedgerItem] = []
        var since: UInt64?
        var awaited = 0
        /// What the writer holds and has not written yet.
        var retained = 0
        var wake = Wake.onAnything
        var isClosing = false
    }

    /// What wakes the writer.
    enum Wake: Sendable {
        case onAnything, onAwaited, onClosing
    }

    private let state = Mutex(State())
    private let bell = DispatchSemaphore(value: 0)
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// - Returns: false when the queue is full or closed; the item is not taken then.
    func put(_ item: LedgerItem) -> Bool {
        let (taken, rings) = state.withLock { state in
            let isFull = state.items.count + state.retained >= limit
            if state.isClosing || (isFull && !item.isPrivileged) { return (false, false) }
            if state.items.isEmpty { state.since = clinux_now_ns() }
            state.items.append(item)
            if item.isAwaited { state.awaited += 1 }
            let rings = state.wake == .onAnything || (state.wake == .onAwaited && item.isAwaited)
            if rings { state.wake = .onClosing }
            return (true, rings)
        }
        if rings { bell.signal() }
        return taken
    }

    func close() {
        state.withLock { $0.isClosing = true }
        bell.signal()
    }

    /// Takes everything at once.
    func take(retained: Int) -> Load {
        state.withLock { state in
            let load = Load(items: state.items, since: state.since, isClosing: state.isClosing)
            state.items = []
            state.since = nil
            state.awaited = 0
            state.retained = retained
            return load
        }
    }

    struct Outline {
        let isEmpty: Bool
        let isAwaited: Bool
        let isClosing: Bool
    }

    var outline: Outline {
        state.withLock { Outline(isEmpty: $0.items.isEmpty, isAwaited: $0.awaited > 0, isClosing: $0.isClosing) }
    }

    var count: Int { state.withLock { $0.items.count + $0.retained } }

    /// Waits for the bell or the time, whichever is first; may return early.
    func wait(_ wake: Wake, milliseconds: Int) {
        let isNeeded = state.withLock { state in
            let isThere =
                state.isClosing || (wake == .onAnything && !state.items.isEmpty)
                || (wake == .onAwaited && state.awaited > 0)
            state.wake = isThere ? .onClosing : wake
            return !isThere
        }
        if isNeeded { _ = bell.wait(timeout: .now() + .milliseconds(milliseconds)) }
    }
}
