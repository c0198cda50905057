import Rings

/// How many frames went where, and why others did not. A copy of the handle counts in the same place.
///
/// Owner: one thread counts; others read a published copy. Wraps.
package struct FrameCounters: Sendable, BitwiseCopyable {
    /// Counters in all: three ways and the reasons. RT safe.
    static var slotCount: Int { @_noAllocation @_noLocks get { 3 &+ FrameDrop.count } }

    let slots: SlotArray<UInt64>

    /// RT safe.
    @_noAllocation @_noLocks
    init(slots: SlotArray<UInt64>) { self.slots = slots }

    /// Counts one frame. RT safe.
    @_noAllocation @_noLocks
    package func count(_ verdict: FrameVerdict) {
        switch verdict {
        case .realTime: slots[0] &+= 1
        case .general: slots[1] &+= 1
        case .both: slots[2] &+= 1
        case .dropped(let reason): slots[3 &+ reason.slot] &+= 1
        }
    }

    /// Frames to the real-time side alone. RT safe.
    package var realTime: UInt64 { @_noAllocation @_noLocks get { slots[0] } }
    /// Frames to the general-purpose side alone. RT safe.
    package var general: UInt64 { @_noAllocation @_noLocks get { slots[1] } }
    /// Frames to both sides. RT safe.
    package var both: UInt64 { @_noAllocation @_noLocks get { slots[2] } }

    /// Frames dropped for `reason`. RT safe.
    package subscript(reason: FrameDrop) -> UInt64 { @_noAllocation @_noLocks get { slots[3 &+ reason.slot] } }

    /// Frames dropped in all. RT safe: as many steps as there are reasons.
    package var dropped: UInt64 {
        @_noAllocation @_noLocks get {
            var sum: UInt64 = 0
            var slot = 3
            while slot < Self.slotCount {
                sum &+= slots[slot]
                slot &+= 1
            }
            return sum
        }
    }
}
