import CLinux

/// Runs `body` with `byteCount` zeroed octets, aligned to 128.
func withMemory(_ byteCount: Int, _ body: (UnsafeMutableRawPointer) -> Void) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: byteCount, alignment: 128)
    defer { memory.deallocate() }
    memory.initializeMemory(as: UInt8.self, repeating: 0)
    guard let start = memory.baseAddress else { preconditionFailure("allocated memory has an address") }
    body(start)
}

/// A thread of its own that runs one closure; `join` must be called once.
final class TestThread {
    private let handle: UInt64

    init(_ body: @escaping @Sendable () -> Void) {
        let box = Unmanaged.passRetained(Box(body))
        var options = clinux_thread_options()
        options.processor = -1
        var report = clinux_thread_report()
        let problem = clinux_thread_start(
            &options,
            { context in
                guard let context else { return }
                Unmanaged<Box>.fromOpaque(context).takeRetainedValue().body()
            }, box.toOpaque(), &report)
        precondition(problem == 0, "a thread starts")
        handle = report.handle
    }

    func join() { clinux_thread_join(handle) }

    private final class Box: Sendable {
        let body: @Sendable () -> Void
        init(_ body: @escaping @Sendable () -> Void) { self.body = body }
    }
}

/// Lets the other thread run.
func relax() { clinux_yield() }
