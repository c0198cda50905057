package import Octets
import Rings

/// One datagram to be sent: octets in a frame, from one of our ports to a remote endpoint.
package struct EgressDatagram: Sendable, BitwiseCopyable {
    package var octets: OctetBuffer
    package var port: LocalPort
    package var destination: InetEndpoint

    /// RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init(octets: OctetBuffer, port: LocalPort, destination: InetEndpoint) {
        self.octets = octets
        self.port = port
        self.destination = destination
    }
}

/// Datagrams of one cycle on their way out, in order, and scratch frames for those that we make ourselves.
///
/// A relayed datagram is sent from the frame it was received in. What is appended stays untouched until the
/// batch is sent, which is before the received batch is emptied. Owner: the media thread.
package struct EgressBatch: Sendable {
    let slots: SlotArray<EgressDatagram>
    let scratch: OctetBuffer
    /// How many datagrams are in the batch.
    package private(set) var count: Int
    private var scratchTaken: Int

    @_noAllocation @_noLocks
    init(slots: SlotArray<EgressDatagram>, scratch: OctetBuffer) {
        self.slots = slots
        self.scratch = scratch
        count = 0
        scratchTaken = 0
    }

    /// Datagrams that fit when the batch is empty. RT safe.
    package var capacity: Int {
        @_noAllocation @_noLocks get { slots.count }
    }

    /// Datagrams that still fit. RT safe.
    package var room: Int {
        @_noAllocation @_noLocks get { slots.count &- count }
    }

    /// The datagram at `index`, less than `count`. RT safe.
    package subscript(index: Int) -> EgressDatagram {
        @_noAllocation @_noLocks get {
            precondition(index < count, "a datagram beyond the batch")
            return slots[index]
        }
    }

    /// Appends a datagram; false if the batch is full: it is to be sent first. RT safe.
    @_noAllocation @_noLocks
    package mutating func append(_ datagram: EgressDatagram) -> Bool {
        guard count < slots.count else { return false }
        slots[count] = datagram
        count &+= 1
        return true
    }

    /// A frame to build a datagram of ours in, behind the headroom; nil when all are taken until the batch is
    /// sent. There are as many as datagrams. Holds octets of earlier packets. RT safe.
    @_noAllocation @_noLocks
    package mutating func takeFrame() -> OctetBuffer? {
        guard scratchTaken < slots.count else { return nil }
        let start = scratchTaken &* FrameArena.stride &+ FrameArena.headroom
        scratchTaken &+= 1
        return scratch.slice(from: start, count: FrameArena.payloadCapacity)
    }

    /// Empties the batch: all scratch frames are free again. RT safe.
    @_noAllocation @_noLocks
    package mutating func removeAll() {
        count = 0
        scratchTaken = 0
    }
}
