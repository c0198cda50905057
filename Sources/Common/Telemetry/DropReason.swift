/// Why the real-time plane let a packet or a command go. One counter stands for each.
package enum DropReason: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its own header says.
    case truncated
    /// Longer than a frame holds; the kernel cut it.
    case oversized
    /// Version, padding or extension do not fit RTP. RFC 3550 section 5.1.
    case notRTP
    /// Version, type or length do not fit a compound RTCP packet. RFC 3550 section 6.1.
    case notRTCP
    /// First octet belongs to no protocol that may come on a media port. RFC 7983.
    case unknownClass
    /// No flow has this local port and source.
    case unknownSource
    /// The flow is known, its SSRC is not, and no unproven entry takes it.
    case unknownSSRC
    /// Matches more than one flow, and nothing tells them apart.
    case ambiguous
    /// A source that has not proved itself yet.
    case unproven
    /// The key was freed a moment ago.
    case quarantined
    /// Payload type that was not agreed.
    case payloadType
    /// The direction agreed does not allow it (hold).
    case direction
    /// The other termination is not ready to send.
    case noPeer
    /// Too late to be of use.
    case late
    /// Seen before.
    case duplicate
    /// More than was admitted for the flow.
    case rateLimit
    /// No free frame.
    case noFrame
    /// The queue towards the kernel or a ring is full.
    case queueFull
    /// The kernel refused to send it.
    case sendFailed
    /// Its sequence number is outside the window of what can be real.
    case outOfWindow

    /// Number of reasons. RT safe.
    package static var count: Int {
        @_noAllocation @_noLocks @inline(__always) get { 20 }
    }
}

/// One counter for each `DropReason`. Owner: the thread that drops; others read a published copy.
package struct DropCounters: Sendable, BitwiseCopyable {
    private var counts: InlineArray<20, UInt64>

    /// All zero. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init() { counts = InlineArray(repeating: 0) }

    /// Counts `amount` more for `reason`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func count(_ reason: DropReason, _ amount: UInt64 = 1) { counts[reason.slot] &+= amount }

    /// What was counted for `reason`. RT safe.
    package subscript(reason: DropReason) -> UInt64 {
        @_noAllocation @_noLocks @inline(__always) get { counts[reason.slot] }
    }

    /// What was counted for the reason whose raw value is `slot`, 0 ..< `DropReason.count`. RT safe.
    package subscript(slot slot: Int) -> UInt64 {
        @_noAllocation @_noLocks @inline(__always) get { counts[slot] }
    }

    /// Sum over all reasons. RT safe: as many steps as there are reasons.
    package var total: UInt64 {
        @_noAllocation @_noLocks get {
            var sum: UInt64 = 0
            var slot = 0
            while slot < DropReason.count {
                sum &+= counts[slot]
                slot &+= 1
            }
            return sum
        }
    }
}

extension DropReason {
    /// Index of the reason's counter, 0 ..< `count`. RT safe.
    package var slot: Int {
        @_noAllocation @_noLocks @inline(__always) get { Int(rawValue) }
    }

    @_noAllocation @_noLocks
    @inline(__always)
    package static func == (left: DropReason, right: DropReason) -> Bool { left.slot == right.slot }
}
