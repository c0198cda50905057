package import Octets

/// Writes one compound RTCP datagram, packet after packet. RFC 3550 §6.1: SR or RR first, then SDES with CNAME, then BYE.
///
/// The buffer must have room for what is written; `room(…)` says how much that is.
package struct RTCPWriter: Sendable {
    private let datagram: OctetBuffer
    /// Octets written so far: the datagram's length once the last packet is in.
    package private(set) var count = 0
    private var reportStart = 0

    /// RT safe.
    @_noAllocation @_noLocks
    package init(_ datagram: OctetBuffer) { self.datagram = datagram }

    /// Octets of SR, `reports` blocks, SDES with a name of `name` octets, and BYE. RT safe.
    @_noAllocation @_noLocks
    package static func room(reports: Int, name: Int) -> Int {
        28 + reports * ReportBlock.octetCount + (8 + (2 + name) / 4 * 4 + 4) + 8
    }

    /// Opens an SR. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func senderReport(_ sender: SSRC, _ info: SenderInfo) {
        begin(.senderReport, sender)
        datagram.set(uint64: info.ntpTimestamp, at: count)
        datagram.set(uint32: info.rtpTimestamp, at: count + 8)
        datagram.set(uint32: info.packetCount, at: count + 12)
        datagram.set(uint32: info.octetCount, at: count + 16)
        count += 20
        closeLength()
    }

    /// Opens an RR. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func receiverReport(_ sender: SSRC) {
        begin(.receiverReport, sender)
        closeLength()
    }

    /// Adds one block to the report just opened, at most 31. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func report(_ block: ReportBlock) {
        let blocks = datagram.octet(at: reportStart) & 0x1f
        guard blocks < 31 else { return }
        block.emit(into: datagram.slice(from: count, count: ReportBlock.octetCount))
        datagram.set(octet: 0x80 | (blocks + 1), at: reportStart)
        count += ReportBlock.octetCount
        closeLength()
    }

    /// Adds an SDES packet with the canonical name alone. RFC 3550 §6.5.1. RT safe, at most 255 octets.
    @_noAllocation @_noLocks
    package mutating func canonicalName(_ sender: SSRC, _ name: OctetBuffer) {
        let length = min(name.count, 255)
        begin(.sourceDescription, sender)
        datagram.set(octet: 0x81, at: reportStart)
        datagram.set(octet: 1, at: count)
        datagram.set(octet: UInt8(truncatingIfNeeded: length), at: count + 1)
        datagram.copy(from: name.prefix(length), to: count + 2)
        count += 2 + length
        let filling = 4 - count % 4
        datagram.fill(0, from: count, count: filling)
        count += filling
        closeLength()
    }

    /// Adds a BYE of one source without a reason. RFC 3550 §6.6. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func bye(_ sender: SSRC) {
        begin(.bye, sender)
        datagram.set(octet: 0x81, at: reportStart)
        closeLength()
    }

    /// Writes a header with count 0 and the sender. RT safe.
    @_noAllocation @_noLocks
    private mutating func begin(_ kind: RTCPKind, _ sender: SSRC) {
        reportStart = count
        datagram.set(octet: 0x80, at: count)
        datagram.set(octet: kind.number, at: count + 1)
        datagram.set(uint32: sender.value, at: count + 4)
        count += 8
    }

    /// Writes the length of the packet that is open. RT safe.
    @_noAllocation @_noLocks
    private func closeLength() {
        datagram.set(uint16: UInt16(truncatingIfNeeded: (count - reportStart) / 4 - 1), at: reportStart + 2)
    }
}
