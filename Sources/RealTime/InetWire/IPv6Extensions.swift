internal import Octets

/// What stands between the fixed header of an IPv6 packet and what it carries. RFC 8200 §4.
package struct IPv6Extensions: Sendable, BitwiseCopyable {
    /// Extension headers read of one packet at most: the bound of every walk.
    ///
    /// RFC 8200 §4.1 names one of each kind and a second one of destination options, five in all.
    package static var limit: Int { @_noAllocation @_noLocks get { 8 } }

    /// Extension headers met.
    package private(set) var count = 0
    /// What follows the last of them. Authentication and encryption headers count as what is carried.
    package private(set) var payloadProtocol: IPProtocol
    /// Where that begins, in octets from the start of the packet.
    package private(set) var payloadOffset = IPv6View.fixedCount
    package private(set) var part = FragmentPart.whole
    /// Tells the fragments of one datagram from those of another; 0 when it is whole.
    package private(set) var identification: UInt32 = 0
    /// A routing header says that the destination is a station on the way (RFC 8200 §4.4).
    package private(set) var hasSegmentsLeft = false
    /// Why the walk ended before what is carried; nil if it did not.
    package private(set) var problem: IPv6Problem?

    /// Walks the extension headers of `packet`. RT safe, at most `limit` steps.
    @_noAllocation @_noLocks
    package init(_ packet: IPv6View) {
        payloadProtocol = packet.nextHeader
        while !(part == .later), Self.isExtension(payloadProtocol) {
            guard count < Self.limit else {
                problem = .extensionLimit
                return
            }
            if let problem = step(over: packet.octets) {
                self.problem = problem
                return
            }
        }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private static func isExtension(_ header: IPProtocol) -> Bool {
        header == .hopByHop || header == .routing || header == .fragment || header == .destinationOptions
    }

    /// Steps over the header at `payloadOffset`. RT safe, O(1).
    @_noAllocation @_noLocks
    private mutating func step(over octets: OctetBuffer) -> IPv6Problem? {
        guard octets.contains(8, at: payloadOffset) else { return .extensionTruncated }
        if payloadProtocol == .hopByHop, count > 0 { return .hopByHopPlace }
        var length = 8
        if payloadProtocol == .fragment {
            if let problem = read(fragmentHeader: octets) { return problem }
        } else {
            length = 8 &* (Int(octets.octet(at: payloadOffset &+ 1)) &+ 1)
            guard octets.contains(length, at: payloadOffset) else { return .extensionTruncated }
            if payloadProtocol == .routing, octets.octet(at: payloadOffset &+ 3) > 0 { hasSegmentsLeft = true }
        }
        payloadProtocol = IPProtocol(octets.octet(at: payloadOffset))
        payloadOffset &+= length
        count &+= 1
        return nil
    }

    /// RFC 8200 §4.5. A fragment header around a whole datagram (RFC 6946) makes no fragment. RT safe, O(1).
    @_noAllocation @_noLocks
    private mutating func read(fragmentHeader octets: OctetBuffer) -> IPv6Problem? {
        let field = octets.uint16(at: payloadOffset &+ 2)
        let offset = Int(field & 0xFFF8)
        let isLast = field & 1 == 0
        let carried = octets.count &- payloadOffset &- 8
        let before = payloadOffset &- IPv6View.fixedCount
        if !isLast, carried & 7 != 0 { return .fragment }
        if before &+ offset &+ carried > 65_535 { return .fragment }
        if offset > 0 {
            part = .later
        } else if !isLast {
            part = .first
        }
        identification = octets.uint32(at: payloadOffset &+ 4)
        return nil
    }
}
