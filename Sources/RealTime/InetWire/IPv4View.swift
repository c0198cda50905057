package import Octets

/// Why octets are no IPv4 packet. RFC 791 §3.1, RFC 1122 §3.2.1.
package enum IPv4Problem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its header, or than its total length.
    case truncated
    /// Version is not 4.
    case version
    /// Header length below five words.
    case headerLength
    /// Total length below the header length.
    case totalLength
    /// The header does not sum up.
    case checksum
    /// A fragment that ends beyond 65,535 octets, or one in the middle that is no multiple of eight octets.
    case fragment
}

/// An IPv4 packet, read in place. RFC 791 §3.1.
package struct IPv4View: Sendable, BitwiseCopyable {
    /// Octets of a header without options. RT safe.
    package static var fixedCount: Int { @_noAllocation @_noLocks get { 20 } }

    /// Header and payload, without what a frame fills up with.
    package let octets: OctetBuffer

    /// Says why `packet` can't be read, nil when it can. RT safe, at most 60 octets are summed.
    @_noAllocation @_noLocks
    package static func problem(in packet: OctetBuffer) -> IPv4Problem? {
        if let problem = headerProblem(in: packet) { return problem }
        let total = Int(packet.uint16(at: 2))
        guard total <= packet.count else { return .truncated }
        let header = 4 &* Int(packet.octet(at: 0) & 0x0F)
        guard sum(of: packet.prefix(header)) == 0 else { return .checksum }
        let fragment = packet.uint16(at: 6)
        return fragment & 0x3FFF == 0 ? nil : fragmentProblem(fragment, payload: total &- header)
    }

    /// Says why the header alone can't be read, as in the quotation of an ICMP error, which is cut and whose
    /// checksum need not fit. RT safe, O(1).
    @_noAllocation @_noLocks
    package static func headerProblem(in packet: OctetBuffer) -> IPv4Problem? {
        guard packet.count >= fixedCount else { return .truncated }
        let first = packet.octet(at: 0)
        guard first &>> 4 == 4 else { return .version }
        let header = 4 &* Int(first & 0x0F)
        guard header >= fixedCount else { return .headerLength }
        guard header <= packet.count else { return .truncated }
        return Int(packet.uint16(at: 2)) < header ? .totalLength : nil
    }

    /// RFC 791 §3.2. RT safe.
    @_noAllocation @_noLocks
    private static func fragmentProblem(_ field: UInt16, payload: Int) -> IPv4Problem? {
        if field & 0x2000 != 0, payload & 7 != 0 { return .fragment }
        return 8 &* Int(field & 0x1FFF) &+ payload > 65_535 ? .fragment : nil
    }

    /// RT safe, one pass.
    @_noAllocation @_noLocks
    private static func sum(of header: OctetBuffer) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(header)
        return sum.value
    }

    /// RT safe.
    /// - Parameter packet: octets for which `problem(in:)` or `headerProblem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ packet: OctetBuffer) { octets = packet.prefix(min(Int(packet.uint16(at: 2)), packet.count)) }

    /// Octets of the header, 20…60. RT safe.
    package var headerCount: Int { @_noAllocation @_noLocks get { 4 &* Int(octets.octet(at: 0) & 0x0F) } }
    /// RT safe.
    package var trafficClass: TrafficClass { @_noAllocation @_noLocks get { TrafficClass(octet: octets.octet(at: 1)) } }
    /// Octets of header and payload, as the header says. RT safe.
    package var totalLength: Int { @_noAllocation @_noLocks get { Int(octets.uint16(at: 2)) } }
    /// Tells the fragments of one datagram from those of another. RT safe.
    package var identification: UInt16 { @_noAllocation @_noLocks get { octets.uint16(at: 4) } }
    /// RT safe.
    package var dontFragment: Bool { @_noAllocation @_noLocks get { octets.octet(at: 6) & 0x40 != 0 } }
    /// RT safe.
    package var moreFragments: Bool { @_noAllocation @_noLocks get { octets.octet(at: 6) & 0x20 != 0 } }
    /// Where the payload begins in the datagram, in octets: 0…65,528. RT safe.
    package var fragmentOffset: Int { @_noAllocation @_noLocks get { 8 &* Int(octets.uint16(at: 6) & 0x1FFF) } }
    /// In hops. RT safe.
    package var timeToLive: UInt8 { @_noAllocation @_noLocks get { octets.octet(at: 8) } }
    /// RT safe.
    package var payloadProtocol: IPProtocol { @_noAllocation @_noLocks get { IPProtocol(octets.octet(at: 9)) } }
    /// The header checksum as it stands. RT safe.
    package var checksum: UInt16 { @_noAllocation @_noLocks get { octets.uint16(at: 10) } }
    /// RT safe.
    package var source: InetAddress { @_noAllocation @_noLocks get { octets.ipv4Address(at: 12) } }
    /// RT safe.
    package var destination: InetAddress { @_noAllocation @_noLocks get { octets.ipv4Address(at: 16) } }
    /// Options and their filling, 0…40 octets. RT safe.
    package var options: OctetBuffer {
        @_noAllocation @_noLocks get { octets.slice(from: Self.fixedCount, count: headerCount &- Self.fixedCount) }
    }
    /// What follows the header, as far as it is there. RT safe.
    package var payload: OctetBuffer { @_noAllocation @_noLocks get { octets.suffix(from: headerCount) } }

    /// Which part of a datagram this is. RT safe.
    package var part: FragmentPart {
        @_noAllocation @_noLocks get {
            if fragmentOffset > 0 { return .later }
            return moreFragments ? .first : .whole
        }
    }

    /// Header without options and length of the payload, as a value. RT safe.
    package var header: IPv4Header {
        @_noAllocation @_noLocks get {
            var header = IPv4Header(
                source: octets.uint32(at: 12), destination: octets.uint32(at: 16), payloadProtocol: payloadProtocol,
                payloadCount: UInt16(truncatingIfNeeded: totalLength &- headerCount))
            header.trafficClass = trafficClass
            header.identification = identification
            header.dontFragment = dontFragment
            header.moreFragments = moreFragments
            header.fragmentUnits = octets.uint16(at: 6) & 0x1FFF
            header.timeToLive = timeToLive
            return header
        }
    }
}
