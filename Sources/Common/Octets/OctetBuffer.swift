/// A window on octets that somebody else keeps alive: a datagram, a frame, a part of a shared region.
///
/// Numbers are read and written in network order (big-endian), at any alignment. Every access is checked
/// against `count`; leaving the window is our bug and traps. A copy of the value is a second window on the
/// same octets. Owner: whoever holds the frame; the window must not outlive the memory it was made over.
@safe package struct OctetBuffer: @unchecked Sendable, BitwiseCopyable {
    // Why unsafe: the window is one address. Why sound: each access below is checked against `count`, and
    // the maker of the window promises that the octets stay alive.
    @usableFromInline let base: UnsafeMutableRawPointer

    /// Number of octets in the window.
    package let count: Int

    /// Makes a window over `count` octets at `start`. RT safe.
    ///
    /// Unsafe: the caller keeps the memory alive for as long as any copy of the window is used.
    @_noAllocation @_noLocks
    @inline(__always) @unsafe
    package init(start: UnsafeMutableRawPointer, count: Int) {
        precondition(count >= 0, "a window has no negative length")
        unsafe base = start
        self.count = count
    }

    /// Address of the first octet. RT safe. Unsafe: it carries no bounds.
    @unsafe
    package var start: UnsafeMutableRawPointer {
        @_noAllocation @_noLocks @inline(__always) get { unsafe base }
    }

    /// Whether the window holds no octet. RT safe.
    package var isEmpty: Bool {
        @_noAllocation @_noLocks @inline(__always) get { count == 0 }
    }

    /// Whether `width` octets from `offset` on lie inside the window. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func contains(_ width: Int, at offset: Int) -> Bool {
        offset >= 0 && width >= 0 && width <= count && offset <= count &- width
    }

    /// Traps unless `width` octets from `offset` on lie inside the window. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    func check(_ width: Int, at offset: Int) {
        precondition(contains(width, at: offset), "access outside the window")
    }
}
