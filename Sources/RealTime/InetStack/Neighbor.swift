package import InetWire
package import Octets
package import Timing

/// How much is known of a neighbour. RFC 4861 §7.3.2, with DELAY and PROBE as part of `stale`.
package enum NeighborState: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// The place in the cache is free.
    case free
    /// Asked for, and not answered.
    case incomplete
    /// Its MAC address was confirmed less than `NeighborCache.reachableTime` ago.
    case reachable
    /// Its MAC address is used while it is being confirmed.
    case stale
    /// Set by the operator: neither expires nor is learnt anew.
    case permanent

    @_noAllocation @_noLocks
    package static func == (left: NeighborState, right: NeighborState) -> Bool { left.rawValue == right.rawValue }
}

/// What the kernel says of a neighbour of its own: its NUD states, reduced.
package enum MirroredState: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case reachable
    /// STALE, DELAY or PROBE.
    case stale
    /// PERMANENT or NOARP.
    case permanent
    /// INCOMPLETE, FAILED or deleted: nothing is known any more.
    case gone

    @_noAllocation @_noLocks
    package static func == (left: MirroredState, right: MirroredState) -> Bool { left.rawValue == right.rawValue }
}

/// One neighbour: who has an address of the link.
package struct Neighbor: Sendable, BitwiseCopyable {
    package var address = InetAddress.unspecified
    /// Zero while incomplete.
    package var link = MACAddress.zero
    package var state = NeighborState.free
    /// Questions since the last answer.
    package var asked: UInt8 = 0
    /// When its MAC address was confirmed, or the entry made.
    package var since = MonotonicInstant.start
    /// When it was asked for last; meaningless while `asked` is 0.
    package var askedAt = MonotonicInstant.start

    /// A free place. RT safe.
    @_noAllocation @_noLocks
    package init() {}
}

/// What to do with a packet for a neighbour.
package enum NeighborOutcome: Sendable, BitwiseCopyable {
    /// Send it there.
    case known(MACAddress)
    /// Send it there, and ask this neighbour alone whether it still has the address.
    case confirm(MACAddress)
    /// Ask all for it now; the packet has to wait or go.
    case resolve
    /// It was asked for less than a second ago, or too much is being asked for; the packet has to wait or go.
    case waiting
    /// No neighbour can have this address, or the cache has no room for it.
    case impossible
}

/// What a cache has done since it was made. Wraps.
package struct NeighborCounters: Sendable, BitwiseCopyable {
    /// Answers and announcements that were taken.
    package internal(set) var learnt: UInt64 = 0
    /// Answers and announcements that were not: no entry, no station's address, a change without the right to it.
    package internal(set) var ignored: UInt64 = 0
    /// Entries that went for new ones.
    package internal(set) var evicted: UInt64 = 0
    /// Entries for which there was no room.
    package internal(set) var crowded: UInt64 = 0
    /// Questions asked for.
    package internal(set) var questions: UInt64 = 0

    @_noAllocation @_noLocks
    init() {}
}
