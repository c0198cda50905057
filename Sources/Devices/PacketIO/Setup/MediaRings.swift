import CLinux
import Octets
import PacketDemux
import Rings

/// The kernel's rings (io_uring) for sending and for receiving: both, or none.
@unsafe
struct MediaRings {
    /// Nil = there are none: they were not asked for, or the kernel refused one.
    let sender: OpaquePointer?
    let receiver: OpaquePointer?
    /// errno of the refusal; 0 = none.
    let refusal: Int32

    /// Opens the rings.
    ///
    /// - Parameters:
    ///   - sender: memory for the ring that sends.
    ///   - receiver: memory for the ring that receives.
    ///   - frames: those of the batch that is received into.
    init(
        _ configuration: SocketConfiguration, sender: UnsafeMutableRawPointer, receiver: UnsafeMutableRawPointer,
        _ frames: OctetBuffer
    ) {
        var opened: (sender: OpaquePointer?, receiver: OpaquePointer?) = (nil, nil)
        var problem: Int32 = 0
        if configuration.usesRing {
            // Why unsafe: the rings are laid on raw memory. Why sound: the layout reserves what they take, and both
            // live as long as the sockets.
            problem = unsafe clinux_send_ring_open(sender, UInt32(MediaSockets.sendSlots), &opened.sender)
            let places = unsafe clinux_frames(
                frames: frames.start, count: UInt32(DatagramBatch.frameCount), stride: UInt32(FrameArena.stride),
                headroom: UInt32(FrameArena.headroom), capacity: UInt32(FrameArena.payloadCapacity))
            if problem == 0 { problem = unsafe clinux_receive_ring_open(receiver, places, &opened.receiver) }
            if problem != 0, let ring = unsafe opened.sender {
                unsafe clinux_send_ring_close(ring)
                unsafe opened.sender = nil
            }
        }
        unsafe self.sender = opened.sender
        unsafe self.receiver = opened.receiver
        unsafe refusal = -problem
    }
}

extension MediaSockets {
    /// Closes the rings. The media thread has ended.
    func closeRings() {
        // Why unsafe: the rings by their addresses. Why sound: they were opened over memory that is still there.
        if let ring = unsafe ring { unsafe clinux_send_ring_close(ring) }
        if let receiver = unsafe receiver { unsafe clinux_receive_ring_close(receiver) }
    }
}
