/// The Internet checksum: ones' complement of the ones' complement sum of 16-bit words. RFC 1071.
///
/// Feed the parts in order; each part but the last must have an even number of octets.
package struct InternetChecksum: Sendable, BitwiseCopyable {
    private var sum: UInt64

    /// Starts an empty sum. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package init() { sum = 0 }

    /// Adds every octet of `part`; an odd last octet is padded with zero. RT safe: one pass, 8 octets a step.
    ///
    /// Whole steps are summed in the machine's own order and turned once, which RFC 1071 section 2 (B) allows.
    @_noAllocation @_noLocks
    package mutating func add(_ part: OctetBuffer) {
        var native: UInt64 = 0
        var offset = 0
        let end = part.count
        while offset &+ 8 <= end {
            // Why unsafe: a load without a check of its own. Why sound: the loop keeps it inside `part`.
            let word = unsafe part.start.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
            native &+= (word & 0xFFFF_FFFF) &+ (word &>> 32)
            offset &+= 8
        }
        var total = UInt64(UInt16(bigEndian: UInt16(truncatingIfNeeded: Self.fold(native))))
        while offset &+ 2 <= end {
            total &+= UInt64(part.uint16(at: offset))
            offset &+= 2
        }
        if offset < end { total &+= UInt64(part.octet(at: offset)) &<< 8 }
        sum &+= Self.fold(total)
    }

    /// Adds one 16-bit word, as in a pseudo-header. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func add(_ word: UInt16) { sum &+= UInt64(word) }

    /// Adds one 32-bit word. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    package mutating func add(_ word: UInt32) { sum &+= UInt64(Self.fold(UInt64(word))) }

    /// The 16-bit field to send, host order. Over data that holds a correct checksum it is 0. RT safe.
    package var value: UInt16 {
        @_noAllocation @_noLocks @inline(__always) get { ~UInt16(truncatingIfNeeded: Self.fold(sum)) }
    }

    /// Folds carries until 16 bits are left; at most four rounds for 64 bits. RT safe.
    @_noAllocation @_noLocks
    @inline(__always)
    private static func fold(_ total: UInt64) -> UInt64 {
        var rest = (total & 0xFFFF_FFFF) &+ (total &>> 32)
        while rest > 0xFFFF { rest = (rest & 0xFFFF) &+ (rest &>> 16) }
        return rest
    }
}
