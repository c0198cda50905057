import CLinux
import Rings

/// Opens and closes the media sockets while the media thread runs, on an ordinary thread of its own.
///
/// Binding and closing may wait in the kernel and are no business of a real-time thread; and in a media process
/// of its own nobody else could do it. The two threads talk by a ring each way. Owner: whoever opened the
/// sockets; `stop` before its memory goes.
final class PortKeeper: @unchecked Sendable {
    static let lineCapacity = 256

    let line: PortKeeperLine
    private let opener: PairOpener
    private let epoll: Int32
    private let stopBell: Int32
    private var thread: UInt64 = 0

    init(line: PortKeeperLine, opener: PairOpener) throws(PortProblem) {
        self.line = line
        self.opener = opener
        epoll = clinux_epoll_create()
        stopBell = clinux_eventfd_create()
        guard epoll >= 0, stopBell >= 0 else { throw .wait(-min(epoll, stopBell)) }
        _ = clinux_epoll_add(epoll, line.requestBell, CLINUX_READABLE, 0)
        _ = clinux_epoll_add(epoll, stopBell, CLINUX_READABLE, 1)
        try start()
    }

    private func start() throws(PortProblem) {
        var options = clinux_thread_options()
        options.processor = -1
        // Why unsafe: a name goes into a C array, and the keeper itself through a C call as an address.
        // Why sound: the array holds 16 octets; the keeper is retained until the thread has ended.
        unsafe withUnsafeMutableBytes(of: &options.name) { name in
            unsafe name.copyBytes(from: "tandem-ports".utf8.prefix(15))
        }
        var report = clinux_thread_report()
        let problem = unsafe clinux_thread_start(
            &options, { unsafe keeperBody($0) }, Unmanaged.passUnretained(self).toOpaque(), &report)
        guard problem == 0 else { throw .keeper(-problem) }
        thread = report.handle
    }

    /// Ends the thread and waits for it. Sockets that nobody took are closed.
    func stop() {
        _ = clinux_eventfd_signal(stopBell)
        if thread != 0 { _ = clinux_thread_join(thread) }
        thread = 0
        while let reply = line.replies.pop() { opener.close(reply.sockets) }
        while let request = line.requests.pop() { opener.close(request.sockets) }
        _ = clinux_close(epoll)
        _ = clinux_close(stopBell)
    }

    func run() {
        var event = clinux_event()
        while true {
            // Why unsafe: the kernel writes one event. Why sound: it has room for one.
            let count = unsafe clinux_epoll_wait(epoll, &event, 1, -1)
            if count == 1, event.token == 1 { return }
            _ = clinux_eventfd_drain(line.requestBell)
            while let request = line.requests.pop() { serve(request) }
        }
    }

    private func serve(_ request: PortRequest) {
        guard request.number != 0 else {
            opener.close(request.sockets)
            return
        }
        let reply: PortReply
        do throws(PortProblem) {
            reply = PortReply(
                pair: request.pair, number: request.number, problem: 0, sockets: try opener.open(request.number))
        } catch {
            reply = PortReply(pair: request.pair, number: request.number, problem: error.number, sockets: .none)
        }
        if line.replies.push(reply) {
            _ = clinux_eventfd_signal(line.replyBell)
        } else {
            opener.close(reply.sockets)
        }
    }
}

/// Body of the keeper's thread.
private func keeperBody(_ context: UnsafeMutableRawPointer?) {
    guard let context = unsafe context else { return }
    // Why unsafe: the keeper comes back from an address. Why sound: `stop` joins before the keeper may go.
    unsafe Unmanaged<PortKeeper>.fromOpaque(context).takeUnretainedValue().run()
}
