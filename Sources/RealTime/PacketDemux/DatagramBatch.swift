package import Octets
import Rings
package import Timing

/// Up to `capacity` received datagrams, each in a frame of its own. One batch is filled, worked off and
/// emptied within one cycle. Owner: the media thread.
///
/// There are more frames than places: where the kernel chooses the frame, others are in its hands meanwhile. Where
/// the reader chooses, datagram n lies in frame n.
package struct DatagramBatch: Sendable {
    /// Datagrams of one batch.
    package static var capacity: Int { @_noAllocation @_noLocks get { 64 } }
    /// Frames of one batch: a power of two.
    package static var frameCount: Int { @_noAllocation @_noLocks get { 256 } }

    let slots: SlotArray<ReceivedDatagram>
    /// All frames as one window; frame n begins at n times `FrameArena.stride`.
    package let frames: OctetBuffer
    /// How many datagrams are in the batch.
    package private(set) var count: Int

    @_noAllocation @_noLocks
    init(slots: SlotArray<ReceivedDatagram>, frames: OctetBuffer) {
        self.slots = slots
        self.frames = frames
        count = 0
    }

    /// Datagrams that still fit. RT safe.
    package var room: Int {
        @_noAllocation @_noLocks get { Self.capacity &- count }
    }

    /// The datagram at `index`, less than `count`. RT safe.
    package subscript(index: Int) -> ReceivedDatagram {
        @_noAllocation @_noLocks get {
            precondition(index < count, "a datagram beyond the batch")
            return slots[index]
        }
    }

    /// The octets of the datagram at `index`, to be read or rewritten where they lie. RT safe.
    @_noAllocation @_noLocks
    package func octets(at index: Int) -> OctetBuffer {
        let datagram = self[index]
        return frame(Int(datagram.frame)).slice(from: Int(datagram.offset), count: Int(datagram.count))
    }

    /// A whole frame, with the room before and behind its datagram. RT safe.
    @_noAllocation @_noLocks
    package func frame(_ index: Int) -> OctetBuffer {
        frames.slice(from: index &* FrameArena.stride, count: FrameArena.stride)
    }

    /// Where the datagram that is appended `ahead` appends from now has to lie, behind its headroom. RT safe.
    @_noAllocation @_noLocks
    package func landing(_ ahead: Int) -> OctetBuffer {
        let index = count &+ ahead
        precondition(index < Self.capacity, "the batch is full")
        return frame(index).slice(from: FrameArena.headroom, count: FrameArena.payloadCapacity)
    }

    /// Takes the datagram that was written to `landing(0)`. RT safe.
    @_noAllocation @_noLocks
    package mutating func append(count octets: Int, port: LocalPort, source: InetEndpoint, arrival: MonotonicInstant) {
        append(
            frame: UInt32(truncatingIfNeeded: count), offset: FrameArena.headroom, count: octets, port: port,
            source: source, arrival: arrival)
    }

    /// Takes a datagram that lies in any frame, at least the headroom away from its start. RT safe.
    @_noAllocation @_noLocks
    package mutating func append(
        frame: UInt32, offset: Int, count octets: Int, port: LocalPort, source: InetEndpoint, arrival: MonotonicInstant
    ) {
        precondition(count < Self.capacity && offset >= FrameArena.headroom, "the datagram fits the batch")
        precondition(offset &- FrameArena.headroom &+ octets <= FrameArena.payloadCapacity, "and its frame")
        slots[count] = ReceivedDatagram(
            frame: frame, offset: UInt16(truncatingIfNeeded: offset),
            count: UInt16(truncatingIfNeeded: octets), port: port, source: source, arrival: arrival)
        count &+= 1
    }

    /// Empties the batch: its frames may be overwritten. RT safe.
    @_noAllocation @_noLocks
    package mutating func removeAll() { count = 0 }
}
