/// A fixed number of packet frames of 2,048 octets each, over memory that its maker provides.
///
/// A packet is received `headroom` octets into its frame, so that a longer header fits before it without a
/// move, and no further than `tailroom` octets before its end, so that a tag fits behind it. Inside one frame:
///
///     0 ............ headroom ........................ headroom + payloadCapacity ..... stride
///       room before   the packet as it came                                    room behind
///
/// A copy of the value is the same arena. Who owns a frame is the business of the queues its index is in.
@safe package struct FrameArena: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: frames are reached by address. Why sound: the maker gave `byteCount(frames:)` octets that
    // outlive the arena, and every index is checked.
    private let base: UnsafeMutableRawPointer

    /// Number of frames.
    package let count: Int

    /// Octets from one frame to the next. RT safe.
    package static var stride: Int {
        @_noAllocation @_noLocks @inline(__always) get { 2_048 }
    }

    /// Octets in front of a packet: IPv4 to IPv6, a VLAN tag and an Ethernet header fit. RT safe.
    package static var headroom: Int {
        @_noAllocation @_noLocks @inline(__always) get { 128 }
    }

    /// Octets behind a packet that are never received into: an SRTP tag and its index fit. RT safe.
    package static var tailroom: Int {
        @_noAllocation @_noLocks @inline(__always) get { 64 }
    }

    /// Longest packet that is received into a frame. RT safe.
    package static var payloadCapacity: Int {
        @_noAllocation @_noLocks @inline(__always) get { stride - headroom - tailroom }
    }

    /// Octets of memory that an arena of `frames` takes. RT safe.
    @_noAllocation @_noLocks
    package static func byteCount(frames: Int) -> Int { frames * stride }

    /// Alignment that the memory must have. RT safe.
    package static var alignment: Int {
        @_noAllocation @_noLocks @inline(__always) get { 128 }
    }

    /// Makes an arena of `frames` on `memory`, which holds `byteCount(frames:)` octets and outlives it. RT safe.
    @_noAllocation @_noLocks
    @unsafe
    package init(at memory: UnsafeMutableRawPointer, frames: Int) {
        precondition(frames >= 0, "an arena has no negative length")
        unsafe base = memory
        count = frames
    }

    /// Octets from the start of the arena to the start of a frame. RT safe. Traps outside 0 ..< `count`.
    @_noAllocation @_noLocks
    @inline(__always)
    package func offset(ofFrame index: Int) -> Int {
        precondition(index >= 0 && index < count, "index outside the arena")
        return index &* Self.stride
    }

    /// Octets from the start of the arena to where a received packet begins. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func offset(ofPayload index: Int) -> Int { offset(ofFrame: index) &+ Self.headroom }

    /// First octet of the arena, for a checked window over all of it. RT safe. Unsafe: it carries no bounds.
    @unsafe
    package var start: UnsafeMutableRawPointer {
        @_noAllocation @_noLocks @inline(__always) get { unsafe base }
    }

    /// Octets in the arena. RT safe.
    package var byteCount: Int {
        @_noAllocation @_noLocks @inline(__always) get { count &* Self.stride }
    }

    /// First octet of a frame, of `stride` octets. RT safe. Unsafe: it carries no bounds.
    @_noAllocation @_noLocks
    @inline(__always) @unsafe
    package func frame(_ index: Int) -> UnsafeMutableRawPointer { unsafe base + offset(ofFrame: index) }

    /// Where a packet is received, of `payloadCapacity` octets. RT safe. Unsafe: it carries no bounds.
    @_noAllocation @_noLocks
    @inline(__always) @unsafe
    package func payload(_ index: Int) -> UnsafeMutableRawPointer { unsafe base + offset(ofPayload: index) }
}
