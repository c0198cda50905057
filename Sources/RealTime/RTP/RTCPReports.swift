package import Octets

/// The sender information of an SR. RFC 3550 §6.4.1.
package struct SenderInfo: Equatable, Sendable, BitwiseCopyable {
    /// Seconds since 1900 in the upper, their fraction in the lower 32 bits.
    package var ntpTimestamp: UInt64
    /// The same instant on the media clock.
    package var rtpTimestamp: UInt32
    package var packetCount: UInt32
    /// Payload octets only.
    package var octetCount: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    package init(ntpTimestamp: UInt64, rtpTimestamp: UInt32, packetCount: UInt32, octetCount: UInt32) {
        self.ntpTimestamp = ntpTimestamp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
    }

    /// The middle 32 bits of the NTP timestamp, as the far side echoes them in LSR. RT safe.
    package var middle: UInt32 {
        @_noAllocation @_noLocks get { UInt32(truncatingIfNeeded: ntpTimestamp >> 16) }
    }
}

/// What one receiver says of one source. RFC 3550 §6.4.1.
package struct ReportBlock: Equatable, Sendable, BitwiseCopyable {
    /// Octets of one block.
    package static var octetCount: Int { @_noAllocation @_noLocks get { 24 } }

    /// The source that is reported on.
    package var ssrc: SSRC
    /// Loss since the last report, in 1/256.
    package var fractionLost: UInt8
    /// Loss since the beginning, −8,388,608…8,388,607; duplicates make it negative.
    package var cumulativeLost: Int32
    /// Highest sequence number received, cycles in the upper 16 bits.
    package var highestSequence: UInt32
    /// Interarrival jitter in timestamp units.
    package var jitter: UInt32
    /// Middle 32 bits of the last SR's NTP timestamp, 0 before the first.
    package var lastSR: UInt32
    /// Since that SR arrived, in 1/65,536 s.
    package var delaySinceLastSR: UInt32

    /// RT safe.
    @_noAllocation @_noLocks
    package init(
        ssrc: SSRC, fractionLost: UInt8, cumulativeLost: Int32, highestSequence: UInt32, jitter: UInt32,
        lastSR: UInt32, delaySinceLastSR: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.highestSequence = highestSequence
        self.jitter = jitter
        self.lastSR = lastSR
        self.delaySinceLastSR = delaySinceLastSR
    }

    /// Reads one block. RT safe, O(1).
    /// - Parameter block: 24 octets.
    @_noAllocation @_noLocks
    package init(_ block: OctetBuffer) {
        let loss = block.uint32(at: 4)
        ssrc = SSRC(block.uint32(at: 0))
        fractionLost = UInt8(truncatingIfNeeded: loss >> 24)
        cumulativeLost = Int32(bitPattern: loss << 8) >> 8
        highestSequence = block.uint32(at: 8)
        jitter = block.uint32(at: 12)
        lastSR = block.uint32(at: 16)
        delaySinceLastSR = block.uint32(at: 20)
    }

    /// Writes the block's 24 octets. RT safe, O(1).
    @_noAllocation @_noLocks
    package func emit(into block: OctetBuffer) {
        let lost = UInt32(bitPattern: min(max(cumulativeLost, -0x80_0000), 0x7f_ffff)) & 0xff_ffff
        block.set(uint32: ssrc.value, at: 0)
        block.set(uint32: UInt32(fractionLost) << 24 | lost, at: 4)
        block.set(uint32: highestSequence, at: 8)
        block.set(uint32: jitter, at: 12)
        block.set(uint32: lastSR, at: 16)
        block.set(uint32: delaySinceLastSR, at: 20)
    }
}
