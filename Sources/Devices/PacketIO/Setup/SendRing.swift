import CLinux

/// Opens and closes the kernel's ring for sending (io_uring).
enum SendRing {
    /// The ring, or why there is none: it was not asked for, or the kernel refused it with an errno.
    @unsafe
    struct Opened {
        var handle: OpaquePointer?
        var refusal: Int32 = 0
    }

    @unsafe
    static func open(_ configuration: SocketConfiguration, at memory: UnsafeMutableRawPointer) -> Opened {
        guard configuration.usesRing else { return unsafe Opened() }
        var handle: OpaquePointer?
        // Why unsafe: the ring is laid on raw memory. Why sound: the layout reserves what a ring of these slots takes.
        let problem = unsafe clinux_send_ring_open(memory, UInt32(MediaSockets.sendSlots), &handle)
        return unsafe Opened(handle: problem == 0 ? handle : nil, refusal: -problem)
    }

    static func close(_ sockets: MediaSockets) {
        // Why unsafe: the ring by its address. Why sound: it was opened over memory that is still there.
        if let ring = unsafe sockets.ring { unsafe clinux_send_ring_close(ring) }
    }
}
