import InetStack
import InetWire
import Octets
import Testing

@Suite("ICMP errors about our datagrams")
struct ICMPDecisionTests {
    private func decision(
        _ octets: OctetBuffer, _ checksum: ChecksumState = .unverified, as identity: InterfaceIdentity = identity()
    ) -> ICMPDecision? {
        ICMPDecision(InetFrame(octets), octets, checksum: checksum, identity: identity)
    }

    private func word(_ meaning: ICMPMeaning?) -> String {
        switch meaning {
        case .portUnreachable: "port"
        case .hostUnreachable: "host"
        case .prohibited: "prohibited"
        case .tooLong(let mtu): "\(mtu)"
        case .looped: "looped"
        case .malformed: "malformed"
        case nil: "-"
        }
    }

    @Test(
        "the kernel's own errors",
        arguments: [
            ("icmp-port-unreachable", "port"), ("icmp-network-unreachable", "host"), ("icmp-time-exceeded", "looped"),
            ("icmpv6-port-unreachable", "port"), ("icmpv6-no-route", "host"), ("icmpv6-time-exceeded", "looped"),
        ])
    func kernel(name: String, meaning: String) throws {
        let found = try #require(decision(Packet(seed: name).window))
        let isIPv4 = name.hasPrefix("icmp-")
        #expect(word(found.meaning) == meaning && found.destination.address.isIPv4 == isIPv4)
        #expect(found.localPort > 0 && found.destination.port > 0)
    }

    @Test("other messages and other frames are none")
    func others() {
        for name in [
            "icmp-echo-reply", "icmp-echo-request", "icmpv6-echo-request", "nd-advertisement", "udp", "arp-reply",
        ] {
            #expect(decision(Packet(seed: name).window) == nil, "\(name)")
        }
    }

    @Test("an error to somebody else, or about somebody else's datagram, is none of ours")
    func foreign() {
        let octets = Packet(seed: "icmp-port-unreachable").window
        #expect(decision(octets, as: identity(2)) == nil)
        var other = identity()
        octets.set(uint32: 0xC000_0207, at: 54)
        #expect(decision(octets, .verified) == nil, "the quotation is from 192.0.2.7")
        other.ipv4 = v4(7)
        #expect(decision(octets, .verified, as: other) == nil, "it came to 192.0.2.1")
    }

    @Test("a checksum that does not fit: not believed, unless somebody below has verified it")
    func checksum() {
        for (name, place) in [("icmp-port-unreachable", 36), ("icmpv6-port-unreachable", 56)] {
            let octets = Packet(seed: name).window
            octets.set(uint16: octets.uint16(at: place) ^ 1, at: place)
            #expect(decision(octets) == nil && decision(octets, .verified) != nil)
        }
    }

    @Test("an MTU is taken if it is shorter than ours and long enough to be believed")
    func mtu() {
        let own = identity()
        let four = { (mtu: UInt16) in word(ICMPDecision.meaning(of: ICMPMessage.fragmentationNeeded(mtu: mtu), own)) }
        #expect(four(1_400) == "1400" && four(68) == "552" && four(0) == "576" && four(1_500) == "-")
        let six = { (mtu: UInt32) in word(ICMPDecision.meaning(of: ICMPv6Message.packetTooBig(mtu: mtu), own)) }
        #expect(six(1_400) == "1400" && six(68) == "1280" && six(1_500) == "-" && six(.max) == "-")
    }

    @Test("codes: ports, filters, the rest; fragments that did not come together are no loop")
    func codes() {
        let four = { (code: UInt8) in word(ICMPDecision.meaning(of: ICMPMessage.unreachable(code: code), identity())) }
        #expect(four(3) == "port" && [9, 10, 13].allSatisfy { four($0) == "prohibited" })
        #expect([0, 1, 2, 5, 15].allSatisfy { four($0) == "host" })
        let six = { (code: UInt8) in word(ICMPDecision.meaning(of: ICMPv6Message.unreachable(code: code), identity())) }
        #expect(six(4) == "port" && [1, 5, 6].allSatisfy { six($0) == "prohibited" } && six(0) == "host")
        #expect(word(ICMPDecision.meaning(of: ICMPMessage.timeExceeded(code: 1), identity())) == "-")
        #expect(word(ICMPDecision.meaning(of: ICMPv6Message.timeExceeded(code: 1), identity())) == "-")
        let problem = ICMPMessage.parameterProblem(code: 0, pointer: 0)
        #expect(word(ICMPDecision.meaning(of: problem, identity())) == "malformed")
    }

    @Test("an error cut anywhere decides nothing that is not in it")
    func truncated() {
        for name in ["icmp-port-unreachable", "icmpv6-port-unreachable", "icmp-fragmentation-needed"] {
            let whole = Packet(seed: name).window
            for count in 0..<whole.count { #expect(decision(whole.prefix(count), .verified) == nil) }
        }
    }
}
