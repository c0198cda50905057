package import Octets

extension RTPHeader {
    /// Writes the twelve octets of a header without options. RT safe, O(1).
    ///
    /// RFC 3550 §5.1: version 2, no padding, no extension, no contributing source.
    /// - Parameter packet: at least `fixedCount` octets.
    @_noAllocation @_noLocks
    package func emit(into packet: OctetBuffer) {
        packet.set(octet: 0x80, at: 0)
        emitChangeable(into: packet)
    }

    /// Writes the fields that a relay renews, leaving version, padding, extension and CSRC as they are.
    /// RT safe, O(1).
    /// - Parameter packet: a packet for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package func rewrite(in packet: OctetBuffer) {
        emitChangeable(into: packet)
    }

    /// Removes the header extension: the front of the header moves towards the payload. RT safe, at most 72 octets.
    ///
    /// RFC 3550 §5.3.1. The header keeps its contributing sources; `self` describes the shorter packet afterwards.
    /// - Returns: how many octets the packet's start moved up, 0 when there was no extension.
    @_noAllocation @_noLocks
    package mutating func stripExtension(in packet: OctetBuffer) -> Int {
        let gap = Int(extensionCount)
        guard gap > 0 else { return 0 }
        var index = Int(headerCount) - gap
        while index > 0 {
            index -= 1
            packet.set(octet: packet.octet(at: index), at: index + gap)
        }
        packet.set(octet: packet.octet(at: gap) & ~0x10, at: gap)
        headerCount -= extensionCount
        extensionCount = 0
        return gap
    }

    /// RT safe, O(1).
    @_noAllocation @_noLocks
    private func emitChangeable(into packet: OctetBuffer) {
        packet.set(octet: (marker ? 0x80 : 0) | payloadType.value, at: 1)
        packet.set(uint16: sequence, at: 2)
        packet.set(uint32: timestamp, at: 4)
        packet.set(uint32: ssrc.value, at: 8)
    }
}
