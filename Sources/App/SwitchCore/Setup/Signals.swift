import Dispatch
import Glibc

/// The signals that a daemon is told by, delivered on a queue instead of interrupting a thread.
///
/// Written once when it is made. Media threads block all signals, so that none ever reaches them.
final class Signals: @unchecked Sendable {
    private let sources: [any DispatchSourceSignal]

    /// Calls `handler` with the number of each of `numbers` that arrives, on a queue of its own. Waits until they are
    /// listened for: until then a signal would be lost.
    init(_ numbers: [Int32], handler: @escaping @Sendable (Int32) -> Void) {
        let queue = DispatchQueue(label: "signals")
        let listens = DispatchSemaphore(value: 0)
        sources = numbers.map { number in
            Glibc.signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: queue)
            source.setEventHandler { handler(number) }
            source.setRegistrationHandler { listens.signal() }
            source.resume()
            return source
        }
        for _ in numbers { listens.wait() }
        Glibc.signal(SIGPIPE, SIG_IGN)
    }

    func stop() { for source in sources { source.cancel() } }
}
