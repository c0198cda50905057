import InetWire
import Octets
import Testing

@Suite("RFC 8200 IPv6")
struct RFC8200_IPv6 {
    private func packet(_ name: String) -> Packet { Packet(Array(Frames.frame(name).dropFirst(14))) }

    /// A packet with `rest` behind the fixed header, of which `next` is the first.
    private func packet(next: UInt8, _ rest: [UInt8]) -> IPv6View {
        let fixed = packet("udp6").octets.prefix(40)
        let packet = Packet(fixed + rest)
        packet.window.set(uint16: UInt16(rest.count), at: 4)
        packet.window.set(octet: next, at: 6)
        #expect(IPv6View.problem(in: packet.window) == nil)
        return IPv6View(packet.window)
    }

    @Test("§3: the fields of the fixed header")
    func fields() {
        let packet = packet("udp6")
        #expect(IPv6View.problem(in: packet.window) == nil)
        let view = IPv6View(packet.window)
        #expect(view.trafficClass.dscp == 46 && view.flowLabel == 0xC9C5E && view.payloadLength == 14)
        #expect(view.nextHeader == .udp && view.hopLimit == 64)
        #expect(view.source.description == "2001:db8::1" && view.destination.description == "2001:db8::2")
        let extensions = IPv6Extensions(view)
        #expect(extensions.count == 0 && extensions.payloadOffset == 40 && extensions.payloadProtocol == .udp)
    }

    @Test("§3: version, length and IPv4-mapped addresses")
    func refused() {
        let version = packet("udp6")
        version.window.set(octet: 0x4B, at: 0)
        #expect(IPv6View.problem(in: version.window) == .version)
        let longer = packet("udp6")
        longer.window.set(uint16: 15, at: 4)
        #expect(IPv6View.problem(in: longer.window) == .truncated)
        for offset in [8, 24] {
            let mapped = packet("udp6")
            mapped.window.set(ipv6Address: .ipv4(0xC000_0201), at: offset)
            #expect(IPv6View.problem(in: mapped.window) == .mappedAddress)
        }
    }

    @Test("§3: what a frame fills up with is no payload")
    func filling() {
        let view = IPv6View(Packet(packet("udp6").octets + [0, 0, 0]).window)
        #expect(view.octets.count == 54)
    }

    @Test("§4.3, §4.6: hop-by-hop and destination options are stepped over")
    func options() {
        let extensions = IPv6Extensions(IPv6View(packet("ipv6-hop-by-hop-options").window))
        #expect(extensions.problem == nil && extensions.count == 2 && extensions.payloadOffset == 56)
        #expect(extensions.payloadProtocol == .udp && extensions.part == .whole && !extensions.hasSegmentsLeft)
    }

    @Test("§4.3: hop-by-hop options behind another header are refused")
    func hopByHopPlace() {
        let view = packet(next: 60, hex("0000 0104 00000000  1100 0104 00000000  0102030400080000"))
        #expect(IPv6Extensions(view).problem == .hopByHopPlace)
    }

    @Test("§4.4: a routing header tells whether segments are left")
    func routing() {
        let left = packet(next: 43, hex("1102 0001 00000000 20010db8000000000000000000000009 0102030400080000"))
        #expect(IPv6Extensions(left).hasSegmentsLeft && IPv6Extensions(left).payloadOffset == 64)
        let none = packet(next: 43, hex("1102 0000 00000000 20010db8000000000000000000000009 0102030400080000"))
        #expect(!IPv6Extensions(none).hasSegmentsLeft)
    }

    @Test("§4.5: first and last fragments share an identification; the walk ends at a later one")
    func fragments() {
        let first = IPv6Extensions(IPv6View(packet("ipv6-first-fragment").window))
        #expect(first.part == .first && first.payloadProtocol == .udp && first.payloadOffset == 48)
        let last = IPv6Extensions(IPv6View(packet("ipv6-last-fragment").window))
        #expect(last.part == .later && last.identification == first.identification && last.identification != 0)
    }

    @Test("§4.5: fragments beyond 65,535 octets, and middle ones of an odd length, are refused")
    func badFragments() {
        let beyond = packet(next: 44, hex("1100 fff8 00000001 0102030405060708"))
        #expect(IPv6Extensions(beyond).problem == .fragment)
        let odd = packet(next: 44, hex("1100 0001 00000001 01020304050607"))
        #expect(IPv6Extensions(odd).problem == .fragment)
    }

    @Test("RFC 6946: a fragment header around a whole datagram makes no fragment")
    func atomicFragment() {
        let extensions = IPv6Extensions(packet(next: 44, hex("1100 0000 00000001 0102030400080000")))
        #expect(extensions.part == .whole && extensions.problem == nil && extensions.payloadProtocol == .udp)
    }

    @Test("§4: at most eight extension headers are read")
    func bound() {
        let one = hex("3c00 0104 00000000")
        let eight = Array(repeating: one, count: 7).flatMap { $0 } + hex("1100 0104 00000000 0102030400080000")
        #expect(IPv6Extensions(packet(next: 60, eight)).problem == nil)
        #expect(IPv6Extensions(packet(next: 60, eight)).count == 8)
        #expect(IPv6Extensions(packet(next: 60, one + eight)).problem == .extensionLimit)
    }

    @Test("§4.7: nothing follows")
    func noNextHeader() {
        let extensions = IPv6Extensions(packet(next: 59, []))
        #expect(extensions.problem == nil && extensions.payloadProtocol == .none)
    }

    @Test(
        "a packet cut short is truncated; extensions beyond the payload length too",
        arguments: ["udp6", "ipv6-hop-by-hop-options", "ipv6-last-fragment"])
    func truncated(name: String) {
        let whole = packet(name).octets
        let chain = IPv6Extensions(IPv6View(Packet(whole).window)).payloadOffset
        for count in 0..<whole.count {
            let cut = Packet(Array(whole.prefix(count)))
            #expect(IPv6View.problem(in: cut.window) == .truncated)
            guard count >= 40 else { continue }
            cut.window.set(uint16: UInt16(count - 40), at: 4)
            let problem = IPv6Extensions(IPv6View(cut.window)).problem
            #expect(problem == (count < chain ? .extensionTruncated : nil), "\(count)")
        }
    }

    @Test("what the kernel sent is emitted octet for octet", arguments: ["udp6", "nd-solicitation"])
    func kernelHeaders(name: String) {
        let view = IPv6View(packet(name).window)
        let copy = Packet(count: 40)
        #expect(view.header.emit(into: copy.window) == 40)
        #expect(copy.octets == view.octets.prefix(40).octets)
        #expect(view.header.emit(into: copy.window.prefix(39)) == nil)
    }

    @Test("whatever is emitted is read back; IPv4 addresses are refused")
    func roundTrip() {
        var generator = SplitMix(seed: 8_200)
        let room = Packet(count: 40)
        for _ in 0..<1_000 {
            var header = IPv6Header(
                source: InetAddress(high: generator.number() | 1, low: generator.number()),
                destination: InetAddress(high: generator.number() | 1, low: generator.number()),
                nextHeader: IPProtocol(generator.number()), payloadCount: 0)
            header.trafficClass = TrafficClass(octet: generator.number())
            header.flowLabel = generator.number() & 0xF_FFFF
            header.hopLimit = generator.number()
            #expect(header.emit(into: room.window) == 40)
            #expect(IPv6View.problem(in: room.window) == nil && IPv6View(room.window).header == header)
            header.destination = .ipv4(generator.number())
            #expect(header.emit(into: room.window) == nil)
        }
    }
}
