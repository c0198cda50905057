import NIOCore
import Synchronization

/// The memory into which one UDP socket reads. It is there before the first datagram, so what the switch needs does
/// not depend on whether anybody has called yet; only the pages that messages touch are ever resident.
final class DatagramRoom: RecvByteBufferAllocator {
    private let capacity: Int
    private let first: Mutex<ByteBuffer?>

    init(capacity: Int) {
        self.capacity = capacity
        first = Mutex(ByteBufferAllocator().buffer(capacity: capacity))
    }

    /// The channel keeps what it was given first, and asks again only while that is still being looked at.
    func buffer(allocator: ByteBufferAllocator) -> ByteBuffer {
        let ready = first.withLock { room in
            defer { room = nil }
            return room
        }
        return ready ?? allocator.buffer(capacity: capacity)
    }

    func nextBufferSize() -> Int? { capacity }

    /// - Returns: false; the size never changes.
    func record(actualReadBytes: Int) -> Bool { false }
}
