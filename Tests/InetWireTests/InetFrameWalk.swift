import InetWire
import Octets
import Testing

@Suite("One walk over a frame")
struct InetFrameWalk {
    private func frame(_ name: String) -> InetFrame { InetFrame(Packet(Frames.frame(name)).window) }

    @Test("a datagram over IPv4: link, network, ports, lengths")
    func udp() {
        let octets = Packet(Frames.frame("udp-padded")).window
        let frame = InetFrame(octets)
        #expect(frame.problem == nil && frame.etherType == .ipv4 && frame.ipVersion == 4 && !frame.hasOptions)
        #expect(frame.linkCount == 14 && frame.networkCount == 20 && frame.transportOffset == 34)
        #expect(frame.transportCount == 13 && frame.hopLimit == 64 && frame.payloadProtocol == .udp)
        #expect(frame.ports == PortPair(source: 4_000, destination: 5_004))
        #expect(frame.udp(of: octets)?.payload.octets == Array("voice".utf8))
        #expect(!frame.isBroadcast && !frame.isMulticast && !frame.isFragment && frame.outerTag == nil)
    }

    @Test("a datagram over IPv6 behind two tags")
    func taggedUDP6() {
        let octets = Packet(Frames.frame("vlan-stacked-udp6")).window
        let frame = InetFrame(octets)
        #expect(frame.problem == nil && frame.ipVersion == 6 && frame.linkCount == 22 && frame.networkCount == 40)
        #expect(frame.outerTag?.isService == true && frame.innerTag?.id == 4_095)
        #expect(frame.udp(of: octets)?.destinationPort == 5_004)
    }

    @Test("options and extension headers are flagged and stepped over")
    func options() {
        let v4 = frame("ipv4-record-route")
        #expect(v4.hasOptions && v4.networkCount == 28 && v4.ports?.destination == 5_010)
        let v6 = frame("ipv6-hop-by-hop-options")
        #expect(v6.hasOptions && v6.networkCount == 56 && v6.ports?.destination == 5_012)
    }

    @Test(
        "fragments: the first has ports, later ones none, and none of them is a datagram", arguments: ["ipv4", "ipv6"])
    func fragments(family: String) {
        let octets = Packet(Frames.frame(family + "-first-fragment")).window
        let first = InetFrame(octets)
        #expect(first.problem == nil && first.part == .first && first.isFragment)
        #expect(first.ports?.destination == 5_008 && first.udp(of: octets) == nil)
        let last = frame(family + "-last-fragment")
        #expect(last.problem == nil && last.part == .later && last.ports == nil && last.payloadProtocol == .udp)
    }

    @Test("broadcasts and groups")
    func audience() {
        #expect(frame("udp-broadcast").isBroadcast && !frame("udp-broadcast").isMulticast)
        #expect(frame("udp-multicast").isMulticast && !frame("udp-multicast").isBroadcast)
        #expect(frame("arp-request").isBroadcast && frame("nd-solicitation").isMulticast)
        #expect(!frame("arp-reply").isBroadcast && !frame("arp-reply").isMulticast)
    }

    @Test("ARP, ICMP and TCP: what they are, without ports where there are none")
    func others() {
        let octets = Packet(Frames.frame("arp-reply")).window
        #expect(InetFrame(octets).arp(of: octets)?.purpose == .reply && InetFrame(octets).ipVersion == 0)
        #expect(frame("icmp-port-unreachable").payloadProtocol == .icmp)
        #expect(frame("icmp-port-unreachable").ports == nil)
        #expect(frame("nd-advertisement").payloadProtocol == .icmpv6)
        #expect(frame("tcp-syn").ports?.destination == 80 && frame("tcp-syn").payloadProtocol == .tcp)
    }

    /// A frame in which one number was changed; the IPv4 checksum is made to fit again.
    private func problem(_ name: String, _ changes: [(Int, UInt16)], mend: Bool = true, cut: Int = 0)
        -> InetFrameProblem?
    {
        let packet = Packet(Array(Frames.frame(name).dropLast(cut)))
        for (offset, value) in changes { packet.window.set(uint16: value, at: offset) }
        if mend, packet.window.count >= 34, packet.window.uint16(at: 12) == 0x0800 {
            packet.window.set(uint16: 0, at: 24)
            var sum = InternetChecksum()
            sum.add(packet.window.slice(from: 14, count: 20))
            packet.window.set(uint16: sum.value, at: 24)
        }
        return InetFrame(packet.window).problem
    }

    @Test("every reason has a frame that shows it")
    func reasons() {
        let shown: [(InetFrameProblem, InetFrameProblem?)] = [
            (.ethernetTruncated, problem("udp", [], cut: 34)),
            (.notEthernetII, problem("llc", [])),
            (.tooManyTags, problem("vlan-stacked-udp6", [(20, 0x8100)])),
            (.arpTruncated, problem("arp-request", [], cut: 1)),
            (.arpFormat, problem("arp-request", [(20, 3)])),
            (.ipv4Truncated, problem("udp", [], cut: 1)),
            (.ipv4Version, problem("udp", [(14, 0x5500)])),
            (.ipv4HeaderLength, problem("udp", [(14, 0x4400)])),
            (.ipv4TotalLength, problem("udp", [(16, 19)])),
            (.ipv4Checksum, problem("udp", [(22, 0x3F11)], mend: false)),
            (.ipv4Fragment, problem("udp", [(20, 0x2000)])),
            (.ipv6Truncated, problem("udp6", [], cut: 1)),
            (.ipv6Version, problem("udp6", [(14, 0x5B8C)])),
            (.ipv6MappedAddress, problem("udp6", [(22, 0), (24, 0), (32, 0xFFFF)])),
            (.ipv6ExtensionTruncated, problem("udp6", [(20, 0x3C40), (54, 0x1102)])),
            (.ipv6ExtensionLimit, InetFrame(Self.nineExtensions).problem),
            (.ipv6HopByHopPlace, problem("ipv6-hop-by-hop-options", [(54, 0)])),
            (.ipv6Fragment, problem("ipv6-last-fragment", [(56, 0xFFF8)])),
            (.udpTruncated, problem("udp", [(38, 14)])),
            (.udpLength, problem("udp", [(38, 7)])),
            (.tcpTruncated, problem("udp", [(22, 0x4006)])),
        ]
        for (expected, found) in shown { #expect(found == expected, "\(expected)") }
        #expect(Set(shown.map { $0.0.slot }) == Set(0..<InetFrameProblem.count))
        #expect(InetFrameProblem.allCases.count == InetFrameProblem.count)
    }

    private static var nineExtensions: OctetBuffer {
        let frame = Frames.frame("udp6")
        let chain = Array(repeating: hex("3c00 0104 00000000"), count: 9).flatMap { $0 }
        let packet = Packet(Array(frame.prefix(54)) + chain)
        packet.window.set(uint16: 72, at: 18)
        packet.window.set(octet: 60, at: 20)
        return packet.window
    }

    @Test("a frame cut short anywhere says so, or is still whole", arguments: ["udp", "udp6", "arp-reply", "tcp-syn"])
    func truncated(name: String) {
        let whole = Packet(Frames.frame(name)).window
        for count in 0..<whole.count { #expect(InetFrame(whole.prefix(count)).problem != nil, "\(count)") }
    }

    @Test("a frame of another protocol is sound, and nothing of IP is read")
    func unknownType() {
        let packet = Packet(Frames.frame("udp"))
        packet.window.set(uint16: 0x88CC, at: 12)
        let frame = InetFrame(packet.window)
        #expect(frame.problem == nil && frame.ipVersion == 0 && frame.transport(of: packet.window).isEmpty)
    }
}
