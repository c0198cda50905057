package import InetWire
package import Octets

/// Steps through the datagrams of a super-frame: one UDP header, then payloads of equal size but for the last.
///
/// The kernel hands such frames over where the sender on this machine, or the card's receive offload, put several
/// datagrams of one flow into one (UDP GSO and GRO). A frame that is no super-frame has one segment, itself.
package struct DatagramSegments: Sendable {
    /// Datagrams taken from one frame at most, as many as the kernel puts into one (UDP_MAX_SEGMENTS).
    package static var limit: Int { @_noAllocation @_noLocks get { 128 } }

    private let payload: OctetBuffer
    private let size: Int
    private var offset = 0
    private var taken = 0
    /// The frame held more than `limit` datagrams: the rest was left.
    package private(set) var isCutOff = false

    /// RT safe.
    /// - Parameters:
    ///   - datagram: what the frame was classified as.
    ///   - frame: the octets of the frame.
    ///   - offload: the header that came with it; nil if none did.
    @_noAllocation @_noLocks
    package init(_ datagram: FramedDatagram, of frame: OctetBuffer, offload: VirtioNetHeader?) {
        payload = frame.slice(from: datagram.payloadOffset, count: datagram.payloadCount)
        size = Self.segmentSize(offload) ?? max(1, datagram.payloadCount)
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private static func segmentSize(_ offload: VirtioNetHeader?) -> Int? {
        guard let offload, offload.segments == .udpDatagrams, offload.segmentSize > 0 else { return nil }
        return Int(offload.segmentSize)
    }

    /// The next datagram's payload, nil at the end. An empty payload is one datagram. RT safe, O(1).
    @_noAllocation @_noLocks
    package mutating func next() -> OctetBuffer? {
        guard offset < payload.count || taken == 0 else { return nil }
        guard taken < Self.limit else {
            isCutOff = true
            return nil
        }
        let segment = payload.slice(from: offset, count: min(size, payload.count &- offset))
        offset &+= segment.count
        taken &+= 1
        return segment
    }
}
