package import Octets
package import Timing

/// Writes the headers of a capture file: pcap 2.4 with microseconds, in network order, which every reader takes.
///
///     file    magic 4 | version 2, 2 | zone 4 | accuracy 4 | longest packet 4 | link type 4
///     record  seconds 4 | microseconds 4 | octets here 4 | octets on the wire 4 | packet
package enum CaptureFormat {
    /// Octets in front of the first record. RT safe.
    package static var fileHeaderCount: Int { @_noAllocation @_noLocks get { 24 } }
    /// Octets in front of each packet. RT safe.
    package static var recordHeaderCount: Int { @_noAllocation @_noLocks get { 16 } }
    /// Octets of a packet that are kept at most. RT safe.
    package static var longestPacket: Int { @_noAllocation @_noLocks get { 262_144 } }

    /// Writes the header of a file of Ethernet frames. RT safe, O(1).
    /// - Returns: 24, nil if there is no room.
    @_noAllocation @_noLocks
    package static func emitFileHeader(into octets: OctetBuffer) -> Int? {
        guard octets.count >= fileHeaderCount else { return nil }
        octets.set(uint32: 0xA1B2_C3D4, at: 0)
        octets.set(uint32: 0x0002_0004, at: 4)
        octets.set(uint64: 0, at: 8)
        octets.set(uint32: UInt32(truncatingIfNeeded: longestPacket), at: 16)
        octets.set(uint32: 1, at: 20)
        return fileHeaderCount
    }

    /// Writes the header of one packet. RT safe, O(1).
    /// - Parameters:
    ///   - count: octets of the packet that follow, at most `longestPacket`.
    ///   - originalCount: octets that it has on the wire.
    /// - Returns: 16, nil if there is no room or a number does not fit.
    @_noAllocation @_noLocks
    package static func emitRecordHeader(
        into octets: OctetBuffer, at time: WallInstant, count: Int, originalCount: Int
    ) -> Int? {
        guard octets.count >= recordHeaderCount, count >= 0, count <= longestPacket, originalCount >= count else {
            return nil
        }
        let (seconds, part) = time.microseconds.quotientAndRemainder(dividingBy: 1_000_000)
        guard part >= 0, seconds >= 0, seconds <= Int64(UInt32.max), originalCount <= Int(UInt32.max) else {
            return nil
        }
        octets.set(uint32: UInt32(truncatingIfNeeded: seconds), at: 0)
        octets.set(uint32: UInt32(truncatingIfNeeded: part), at: 4)
        octets.set(uint32: UInt32(truncatingIfNeeded: count), at: 8)
        octets.set(uint32: UInt32(truncatingIfNeeded: originalCount), at: 12)
        return recordHeaderCount
    }
}
