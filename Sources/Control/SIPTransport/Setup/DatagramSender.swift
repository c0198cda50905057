import CLinux
import Octets
import SIPTransaction
import Tables

/// Datagrams that wait for the end of this turn of the loop, and the descriptor that they go to.
///
/// Owner: the transport's event loop. Safe: its pointers stay inside, and live as long as it does.
@safe final class DatagramSender {
    struct Outcome {
        var sent = 0
        /// Hops of datagrams that the kernel refused for themselves: no route, no permission, too long.
        var refused: [Hop] = []
        /// The socket's buffer is full: the rest waits here.
        var isWaiting = false
    }

    private struct Waiting {
        let start: Int
        let count: Int
        let hop: Hop
    }

    private static let slots = 32
    private let descriptor: Int32
    private let memory: UnsafeMutableRawPointer
    private let batch: OpaquePointer
    private var octets: [UInt8] = []
    private var waiting: [Waiting] = []

    init(descriptor: Int32) {
        self.descriptor = descriptor
        let size = Int(clinux_batch_octets(UInt32(Self.slots)))
        // unsafe: the batch needs memory of its own that does not move. Sound: it is as large as the batch asks for,
        // and freed in deinit, where nobody has the batch.
        unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
        unsafe batch = clinux_batch_place(memory, UInt32(Self.slots))
    }

    deinit {
        _ = clinux_close(descriptor)
        unsafe memory.deallocate()
    }

    /// - Returns: false if `limit` octets wait already; the datagram is dropped then.
    func append(_ message: [UInt8], _ hop: Hop, limit: Int) -> Bool {
        guard octets.count + message.count <= limit else { return false }
        waiting.append(Waiting(start: octets.count, count: message.count, hop: hop))
        octets.append(contentsOf: message)
        return true
    }

    /// Hands what waits to the kernel, 32 datagrams a call.
    func flush() -> Outcome {
        var outcome = Outcome()
        guard !waiting.isEmpty else { return outcome }
        var next = 0
        while next < waiting.count, !outcome.isWaiting {
            let part = waiting[next..<min(next + Self.slots, waiting.count)]
            next += send(part, &outcome)
        }
        drop(next)
        return outcome
    }

    /// - Returns: how many of them are dealt with.
    private func send(_ part: ArraySlice<Waiting>, _ outcome: inout Outcome) -> Int {
        // unsafe: the kernel's structures want addresses. Sound: they point into `octets`, which does not change
        // during this call, and are not used after it.
        let (done, problems) = unsafe octets.withUnsafeBytes { bytes in
            var outgoing = unsafe part.map { entry in
                unsafe clinux_outgoing(
                    target: clinux_endpoint(entry.hop.remote), octets: bytes.baseAddress?.advanced(by: entry.start),
                    length: UInt32(entry.count), problem: 0)
            }
            let done = unsafe clinux_batch_send(batch, descriptor, &outgoing, UInt32(part.count))
            let problems = unsafe outgoing.map { entry in unsafe entry.problem }
            return (done, problems)
        }
        guard done >= 0 else {
            outcome.refused += part.map(\.hop)
            return part.count
        }
        for (entry, problem) in zip(part, problems).prefix(Int(done)) {
            if problem == 0 { outcome.sent += 1 } else { outcome.refused.append(entry.hop) }
        }
        outcome.isWaiting = Int(done) < part.count
        return Int(done)
    }

    private func drop(_ count: Int) {
        guard count < waiting.count else {
            waiting.empty()
            octets.empty()
            return
        }
        let start = waiting[count].start
        octets.removeFirst(start)
        waiting = waiting[count...].map { Waiting(start: $0.start - start, count: $0.count, hop: $0.hop) }
    }
}
