extension OctetBuffer {
    /// Writes one octet. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func set(octet value: UInt8, at offset: Int) {
        check(1, at: offset)
        // Why unsafe: raw store. Why sound: checked above.
        unsafe base.storeBytes(of: value, toByteOffset: offset, as: UInt8.self)
    }

    /// Writes two octets in network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func set(uint16 value: UInt16, at offset: Int) {
        check(2, at: offset)
        // Why unsafe: raw store. Why sound: checked above.
        unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
    }

    /// Writes the low 24 bits as three octets in network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func set(uint24 value: UInt32, at offset: Int) {
        set(uint16: UInt16(truncatingIfNeeded: value &>> 8), at: offset)
        set(octet: UInt8(truncatingIfNeeded: value), at: offset &+ 2)
    }

    /// Writes four octets in network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func set(uint32 value: UInt32, at offset: Int) {
        check(4, at: offset)
        // Why unsafe: raw store. Why sound: checked above.
        unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt32.self)
    }

    /// Writes eight octets in network order. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package func set(uint64 value: UInt64, at offset: Int) {
        check(8, at: offset)
        // Why unsafe: raw store. Why sound: checked above.
        unsafe base.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt64.self)
    }

    /// Copies all of `source` to `offset` on; the two may overlap. RT safe: bounded by `source.count`.
    @_noAllocation @_noLocks
    @inline(__always)
    package func copy(from source: OctetBuffer, to offset: Int = 0) {
        check(source.count, at: offset)
        // Why unsafe: raw copy. Why sound: both ends lie inside their windows, checked above.
        unsafe (base + offset).copyMemory(from: source.base, byteCount: source.count)
    }

    /// Sets `width` octets from `offset` on to `octet`. RT safe: bounded by `width`.
    @_noAllocation @_noLocks
    @inline(__always)
    package func fill(_ octet: UInt8, from offset: Int, count width: Int) {
        check(width, at: offset)
        // Why unsafe: raw store. Why sound: checked above; UInt8 is trivial, so nothing is overwritten alive.
        unsafe (base + offset).initializeMemory(as: UInt8.self, repeating: octet, count: width)
    }
}
