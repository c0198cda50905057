/// Synchronisation source: names one sender of one RTP session. RFC 3550 §3.
package struct SSRC: Hashable, Sendable, BitwiseCopyable {
    package let value: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    package init(_ value: UInt32) { self.value = value }

    /// RT safe.
    @_noAllocation @_noLocks
    package static func == (left: SSRC, right: SSRC) -> Bool { left.value == right.value }
}

/// Seven bits that say which format a payload has. RFC 3550 §5.1, RFC 3551.
package struct PayloadType: Hashable, Sendable, BitwiseCopyable {
    package let value: UInt8

    /// RT safe. Only the low seven bits are kept.
    @_noAllocation @_noLocks
    package init(_ value: UInt8) { self.value = value & 0x7f }

    /// RT safe.
    @_noAllocation @_noLocks
    package static func == (left: PayloadType, right: PayloadType) -> Bool { left.value == right.value }

    /// G.711 µ-law, RFC 3551 §6. RT safe.
    package static var pcmu: PayloadType { @_noAllocation @_noLocks get { PayloadType(0) } }
    /// G.711 A-law, RFC 3551 §6. RT safe.
    package static var pcma: PayloadType { @_noAllocation @_noLocks get { PayloadType(8) } }
    /// Comfort noise at 8 kHz, RFC 3389 §4. RT safe.
    package static var comfortNoise: PayloadType { @_noAllocation @_noLocks get { PayloadType(13) } }
}
