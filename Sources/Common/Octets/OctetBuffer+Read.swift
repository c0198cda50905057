extension OctetBuffer {
    /// The octet at `offset`. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func octet(at offset: Int) -> UInt8 {
        check(1, at: offset)
        // Why unsafe: raw load. Why sound: checked above.
        return unsafe base.load(fromByteOffset: offset, as: UInt8.self)
    }

    /// Two octets at `offset`, network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func uint16(at offset: Int) -> UInt16 {
        check(2, at: offset)
        // Why unsafe: raw load. Why sound: checked above.
        return unsafe UInt16(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt16.self))
    }

    /// Three octets at `offset`, network order, in the low 24 bits. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func uint24(at offset: Int) -> UInt32 {
        UInt32(uint16(at: offset)) &<< 8 | UInt32(octet(at: offset &+ 2))
    }

    /// Four octets at `offset`, network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func uint32(at offset: Int) -> UInt32 {
        check(4, at: offset)
        // Why unsafe: raw load. Why sound: checked above.
        return unsafe UInt32(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt32.self))
    }

    /// Eight octets at `offset`, network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func uint64(at offset: Int) -> UInt64 {
        check(8, at: offset)
        // Why unsafe: raw load. Why sound: checked above.
        return unsafe UInt64(bigEndian: base.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }

    /// `count` octets from `offset` on, as a window of its own. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func slice(from offset: Int, count width: Int) -> OctetBuffer {
        check(width, at: offset)
        // Why unsafe: a new window on the same memory. Why sound: it lies inside this one, checked above.
        return unsafe OctetBuffer(start: base + offset, count: width)
    }

    /// All octets from `offset` on. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func suffix(from offset: Int) -> OctetBuffer {
        slice(from: offset, count: count &- offset)
    }

    /// The first `width` octets. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func prefix(_ width: Int) -> OctetBuffer {
        slice(from: 0, count: width)
    }

    /// Whether both windows hold the same octets. RT safe: one pass over them.
    @_noAllocation @_noLocks
    package func holdsSameOctets(as other: OctetBuffer) -> Bool {
        guard count == other.count else { return false }
        var offset = 0
        while offset < count {
            if octet(at: offset) != other.octet(at: offset) { return false }
            offset &+= 1
        }
        return true
    }
}
