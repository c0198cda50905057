import InetWire
import Octets
import Testing

@Suite("RFC 791 IPv4")
struct RFC791_IPv4 {
    private func packet(_ name: String) -> Packet { Packet(Array(Frames.frame(name).dropFirst(14))) }

    /// Changes one field and makes the checksum fit again.
    private func changed(_ name: String, _ change: (OctetBuffer) -> Void) -> Packet {
        let packet = packet(name)
        change(packet.window)
        packet.window.set(uint16: 0, at: 10)
        var sum = InternetChecksum()
        sum.add(packet.window.prefix(max(20, min(packet.window.count, 4 * Int(packet.window.octet(at: 0) & 15)))))
        packet.window.set(uint16: sum.value, at: 10)
        return packet
    }

    @Test("§3.1: the fields of a header without options")
    func fields() {
        let packet = packet("udp-padded")
        #expect(packet.window.count == 46 && IPv4View.problem(in: packet.window) == nil)
        let view = IPv4View(packet.window)
        #expect(view.headerCount == 20 && view.totalLength == 33 && view.octets.count == 33)
        #expect(view.trafficClass.dscp == 46 && view.trafficClass.ecn == 0)
        #expect(view.dontFragment && !view.moreFragments && view.fragmentOffset == 0 && view.part == .whole)
        #expect(view.timeToLive == 64 && view.payloadProtocol == .udp && view.identification == 0x5218)
        #expect(view.source.description == "192.0.2.1" && view.destination.description == "192.0.2.2")
        #expect(view.payload.count == 13 && view.options.isEmpty)
    }

    @Test("§3.1: a header with a recorded route is read past it")
    func options() {
        let view = IPv4View(packet("ipv4-record-route").window)
        #expect(view.headerCount == 28 && view.options.octets == hex("0707 08c0 0002 0101"))
        #expect(UDPView.problem(in: view.payload) == nil && UDPView(view.payload).destinationPort == 5010)
        var walker = IPv4OptionWalker(view.options)
        let option = walker.next()
        #expect(option?.type == 7 && option?.data.octets == hex("08c0000201") && option?.isSourceRoute == false)
        #expect(walker.next() == nil && !walker.isMalformed)
    }

    @Test(
        "§3.1: options end, are stepped over, or are malformed",
        arguments: [
            ("", 0, false), ("01010101", 0, false), ("00ffffff", 0, false), ("01830304 01890304", 2, false),
            ("8301 0000", 0, true), ("8300 0000", 0, true), ("010101 83", 0, true), ("8305 0000", 0, true),
            ("9404 0000 8309", 1, true),
        ])
    func optionWalk(octets: String, count: Int, isMalformed: Bool) {
        var walker = IPv4OptionWalker(Packet(hex(octets)).window)
        var found = 0
        while walker.next() != nil { found += 1 }
        #expect(found == count && walker.isMalformed == isMalformed)
    }

    @Test("source routes are told apart from other options")
    func sourceRoute() {
        var walker = IPv4OptionWalker(Packet(hex("83030489030407030400")).window)
        #expect(walker.next()?.isSourceRoute == true)
        #expect(walker.next()?.isSourceRoute == true)
        #expect(walker.next()?.isSourceRoute == false)
    }

    @Test("§3.2: first, middle and last fragments")
    func fragments() {
        let first = IPv4View(packet("ipv4-first-fragment").window)
        #expect(first.part == .first && first.moreFragments && first.fragmentOffset == 0)
        let last = IPv4View(packet("ipv4-last-fragment").window)
        #expect(last.part == .later && !last.moreFragments && last.fragmentOffset == 1_480)
        #expect(last.identification == first.identification)
        #expect(first.payload.count + last.payload.count == 1_608)
    }

    @Test("§3.2: a fragment beyond 65,535 octets and a middle one of an odd length are refused")
    func badFragments() {
        let beyond = changed("ipv4-last-fragment") { $0.set(uint16: 0x1FFF, at: 6) }
        #expect(IPv4View.problem(in: beyond.window) == .fragment)
        let odd = changed("ipv4-first-fragment") { $0.set(uint16: 1_499, at: 2) }
        #expect(IPv4View.problem(in: odd.window) == .fragment)
    }

    @Test("§3.1: version, header length and total length are checked")
    func lengths() {
        let version = changed("udp") { $0.set(octet: 0x65, at: 0) }
        #expect(IPv4View.problem(in: version.window) == .version)
        let header = changed("udp") { $0.set(octet: 0x44, at: 0) }
        #expect(IPv4View.problem(in: header.window) == .headerLength)
        let total = changed("udp") { $0.set(uint16: 19, at: 2) }
        #expect(IPv4View.problem(in: total.window) == .totalLength)
        let longer = changed("udp") { $0.set(uint16: 34, at: 2) }
        #expect(IPv4View.problem(in: longer.window) == .truncated)
        let options = changed("udp") { $0.set(octet: 0x4F, at: 0) }
        #expect(IPv4View.problem(in: options.window) == .truncated)
    }

    @Test("§3.1: any single wrong bit in the header is seen by the checksum, or before it")
    func checksum() {
        for name in ["udp", "ipv4-record-route"] {
            let packet = packet(name)
            for bit in 0..<(8 * IPv4View(packet.window).headerCount) {
                let mask: UInt8 = 0x80 >> UInt8(bit % 8)
                packet.window.set(octet: packet.window.octet(at: bit / 8) ^ mask, at: bit / 8)
                #expect(IPv4View.problem(in: packet.window) != nil, "bit \(bit)")
                packet.window.set(octet: packet.window.octet(at: bit / 8) ^ mask, at: bit / 8)
            }
        }
    }

    @Test("a packet cut short anywhere is truncated", arguments: ["udp", "ipv4-record-route", "tcp-syn"])
    func truncated(name: String) {
        let whole = packet(name).octets
        for count in 0..<whole.count {
            #expect(IPv4View.problem(in: Packet(Array(whole.prefix(count))).window) == .truncated, "\(count)")
        }
        #expect(IPv4View.problem(in: Packet(whole).window) == nil)
    }

    @Test("what the kernel sent is emitted octet for octet", arguments: ["udp", "ipv4-first-fragment", "tcp-syn"])
    func kernelHeaders(name: String) {
        let view = IPv4View(packet(name).window)
        let copy = Packet(count: 20)
        #expect(view.header.emit(into: copy.window) == 20)
        #expect(copy.octets == view.octets.prefix(20).octets)
        #expect(view.header.emit(into: copy.window.prefix(19)) == nil)
    }

    @Test("whatever is emitted is read back: 1,000 headers")
    func roundTrip() {
        var generator = SplitMix(seed: 791)
        let room = Packet(count: 120)
        for _ in 0..<1_000 {
            var header = IPv4Header(
                source: generator.number(), destination: generator.number(),
                payloadProtocol: IPProtocol(generator.number()), payloadCount: 100 - UInt16(generator.next() % 100))
            header.trafficClass = TrafficClass(octet: generator.number())
            header.identification = generator.number()
            header.dontFragment = generator.next() % 2 == 0
            header.timeToLive = generator.number()
            header.fragmentUnits = generator.number() & 0x0FFF
            #expect(header.emit(into: room.window) == 20)
            #expect(IPv4View.problem(in: room.window) == nil)
            #expect(IPv4View(room.window).header == header)
        }
    }

    @Test("a packet of more than 65,535 octets is not emitted")
    func tooLong() {
        let room = Packet(count: 20)
        let longest = IPv4Header(source: 1, destination: 2, payloadProtocol: .udp, payloadCount: 65_515)
        #expect(longest.emit(into: room.window) == 20 && room.window.uint16(at: 2) == 65_535)
        let longer = IPv4Header(source: 1, destination: 2, payloadProtocol: .udp, payloadCount: 65_516)
        #expect(longer.emit(into: room.window) == nil)
    }
}
