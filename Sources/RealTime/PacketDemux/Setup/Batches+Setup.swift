import Octets
import Rings
import Timing

extension DatagramBatch {
    /// Octets of memory that a batch takes: its frames and its list.
    package static var byteCount: Int {
        frameCount * FrameArena.stride + SlotArray<ReceivedDatagram>.byteCount(count: capacity)
    }

    /// Lays an empty batch on memory.
    ///
    /// - Parameter memory: `byteCount` octets, aligned to 64, alive as long as any copy of the batch and of
    ///   the windows that it gives out; nobody else uses them.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer) {
        let frameOctets = Self.frameCount * FrameArena.stride
        let blank = ReceivedDatagram(
            frame: 0, offset: 0, count: 0, port: LocalPort(pair: 0, channel: .rtp), source: .unspecified,
            arrival: .start)
        // Why unsafe: frames and list are laid on raw memory. Why sound: they lie one behind the other inside
        // the octets that the caller promised.
        unsafe self.init(
            slots: SlotArray(at: memory + frameOctets, count: Self.capacity, filledWith: blank),
            frames: OctetBuffer(start: memory, count: frameOctets))
    }
}

extension EgressBatch {
    /// Octets of memory that a batch for `capacity` datagrams takes.
    package static func byteCount(capacity: Int) -> Int {
        capacity * FrameArena.stride + SlotArray<EgressDatagram>.byteCount(count: capacity)
    }

    /// Lays an empty batch on memory.
    ///
    /// - Parameter memory: `byteCount(capacity:)` octets, aligned to 64, alive as long as any copy of the batch
    ///   and of the windows that it gives out; nobody else uses them.
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, capacity: Int) {
        let frameOctets = capacity * FrameArena.stride
        // Why unsafe: frames and list are laid on raw memory. Why sound: they lie one behind the other inside
        // the octets that the caller promised.
        let scratch = unsafe OctetBuffer(start: memory, count: frameOctets)
        let blank = EgressDatagram(
            octets: scratch.prefix(0), port: LocalPort(pair: 0, channel: .rtp), destination: .unspecified)
        unsafe self.init(
            slots: SlotArray(at: memory + frameOctets, count: capacity, filledWith: blank), scratch: scratch)
    }
}
