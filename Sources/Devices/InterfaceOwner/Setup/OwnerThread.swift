import CLinux

/// Ordinary threads whose body is a method of an object.
enum OwnerThread {
    /// Starts a thread.
    ///
    /// - Parameters:
    ///   - name: at most 15 characters.
    ///   - object: kept alive until the body has returned.
    /// - Returns: the thread to join, and 0 or an errno.
    static func start<Object: AnyObject & Sendable>(
        _ name: String, _ object: Object, _ body: @escaping @Sendable (Object) -> Void
    ) -> (handle: UInt64, problem: Int32) {
        var options = clinux_thread_options()
        options.processor = -1
        let job = Job { body(object) }
        // Why unsafe: a name goes into a C array, and the job through a C call as an address. Why sound: the array
        // holds 16 octets; the job is retained until its thread has taken it.
        unsafe withUnsafeMutableBytes(of: &options.name) { unsafe $0.copyBytes(from: name.utf8.prefix(15)) }
        let place = unsafe Unmanaged.passRetained(job)
        var report = clinux_thread_report()
        let problem = unsafe clinux_thread_start(&options, { unsafe perform($0) }, place.toOpaque(), &report)
        if problem != 0 { unsafe place.release() }
        return (problem == 0 ? report.handle : 0, abs(problem))
    }
}

private final class Job: Sendable {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

private func perform(_ argument: UnsafeMutableRawPointer?) {
    guard let argument = unsafe argument else { return }
    // Why unsafe: the job comes back from its address. Why sound: it was retained for this thread.
    unsafe Unmanaged<Job>.fromOpaque(argument).takeRetainedValue().body()
}
