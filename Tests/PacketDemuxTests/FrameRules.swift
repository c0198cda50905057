import InetStack
import InetWire
import Octets
import PacketDemux
import Testing

@Suite("Where frames go")
struct FrameRules {
    private let voice = FrameFate.realTime(port: 5_004, from: "192.0.2.1:4000", payload: Array("voice".utf8))
    private let voice6 = FrameFate.realTime(port: 5_004, from: "[2001:db8::1]:4000", payload: Array("voice6".utf8))

    @Test("a whole datagram to a reserved port at our address is the real-time side's, without the filling")
    func realTime() {
        let box = FrameBox()
        #expect(box.classify(Frames.frame("udp")) == voice && box.classify(Frames.frame("udp-padded")) == voice)
        #expect(box.classify(Frames.frame("udp6")) == voice6)
        let bare = FrameFate.realTime(port: 5_006, from: "192.0.2.1:4002", payload: Array("none".utf8))
        #expect(box.classify(Frames.frame("udp-no-checksum")) == bare)
        #expect(box.counters.realTime == 4 && box.counters.general == 0 && box.counters.dropped == 0)
    }

    @Test("a port that is not reserved is the general side's, whatever its checksum")
    func freePort() {
        let box = FrameBox(ports: [5_003, 5_005, 4_000])
        for name in ["udp", "udp6", "udp-partial-checksum", "udp-padded"] {
            #expect(box.classify(Frames.frame(name)) == .general, "\(name)")
        }
        #expect(box.counters.general == 4)
    }

    @Test("an unfinished checksum is wrong on a wire, and right where the kernel says so")
    func checksum() {
        let box = FrameBox()
        for (name, fate) in [("udp-partial-checksum", voice), ("udp6-partial-checksum", voice6)] {
            #expect(box.classify(Frames.frame(name)) == .dropped(.udpChecksum))
            #expect(box.classify(Frames.frame(name), .partial) == fate)
            #expect(box.classify(Frames.frame(name), .verified) == fate)
        }
        #expect(box.classify(Frames.frame("udp6", [(60, 0)])) == .dropped(.udpChecksumMissing))
        #expect(box.counters[.udpChecksum] == 2 && box.counters[.udpChecksumMissing] == 1)
    }

    @Test("another station's frames are dropped, other addresses of ours are the general side's")
    func stations() {
        let box = FrameBox(host: 1)
        #expect(box.classify(Frames.frame("udp")) == .dropped(.otherStation))
        #expect(box.classify(Frames.frame("tcp-syn")) == .dropped(.otherStation))
        box.identity.link = FrameBox.identity(2).link
        #expect(box.classify(Frames.frame("udp")) == .general && box.classify(Frames.frame("udp6")) == .general)
        box.identity.link = MACAddress(bits: 0x0180_C200_0000)
        #expect(box.classify(Frames.frame("llc")) == .general)
        #expect(box.counters[.otherStation] == 2)
    }

    @Test("broadcasts and groups, on the link or by address, are the general side's")
    func groups() {
        let box = FrameBox()
        #expect(box.classify(Frames.frame("udp-broadcast")) == .general)
        #expect(box.classify(Frames.frame("udp-multicast")) == .general)
        let onLink = Frames.frame("udp", [(0, 0xFFFF), (2, 0xFFFF), (4, 0xFFFF)])
        #expect(box.classify(onLink) == .general, "a broadcast frame with our address")
    }

    @Test(
        "what the fast path does not read is the general side's",
        arguments: [
            "ipv4-first-fragment", "ipv4-last-fragment", "ipv6-first-fragment", "ipv6-last-fragment",
            "ipv4-record-route", "ipv6-hop-by-hop-options", "tcp-syn", "icmp-echo-request", "icmpv6-echo-request",
            "llc",
            "vlan-udp", "vlan-stacked-udp6", "arp-request", "arp-probe", "arp-gratuitous", "nd-solicitation",
            "nd-router-advertisement",
        ])
    func general(name: String) {
        let octets = Frames.frame(name)
        for host: UInt64 in [1, 2] where octets[0] & 1 == 1 || octets[5] == 9 + UInt8(host) {
            let box = FrameBox(host: host)
            #expect(!octets.isEmpty && box.classify(octets) == .general && box.counters.general == 1)
        }
    }

    @Test("in our VLAN the tagged datagram is ours, and the bare one is not")
    func vlan() throws {
        let box = FrameBox()
        let octets = Frames.frame("vlan-udp")
        box.identity.vlan = VLANTag(control: UInt16(octets[14]) << 8 | UInt16(octets[15]))
        #expect(box.classify(octets) == voice && box.classify(Frames.frame("udp")) == .general)
        #expect(box.classify(Array(octets.prefix(17))) == .dropped(.ethernetTruncated))
    }

    @Test("ARP replies and neighbour advertisements go to both sides")
    func neighbours() {
        let box = FrameBox(host: 1)
        #expect(box.classify(Frames.frame("arp-reply")) == .both)
        #expect(box.classify(Frames.frame("nd-advertisement")) == .both && box.counters.both == 2)
        let other = FrameBox(host: 2)
        #expect(other.classify(Frames.frame("arp-reply")) == .dropped(.otherStation))
    }

    @Test(
        "ICMP errors about a reserved port go to both sides, others to the general one",
        arguments: [
            "icmp-port-unreachable", "icmp-network-unreachable", "icmp-time-exceeded", "icmpv6-port-unreachable",
            "icmpv6-no-route", "icmpv6-time-exceeded",
        ])
    func errors(name: String) throws {
        let octets = Frames.frame(name)
        let box = FrameBox(host: 1, ports: [])
        #expect(box.classify(octets) == .general)
        let port = try #require(
            withMemory(octets) {
                ICMPDecision(InetFrame($0), $0, checksum: .unverified, identity: box.identity)?.localPort
            })
        box.ports.insert(port)
        #expect(box.classify(octets) == .both)
        let damaged = Array(octets.dropLast()) + [octets[octets.count - 1] ^ 1]
        #expect(box.classify(damaged) == .general, "a wrong checksum teaches nothing")
    }

    @Test("what ends too early or does not add up is dropped under its own reason")
    func reasons() {
        let box = FrameBox()
        let shown: [(FrameDrop, [UInt8])] = [
            (.ethernetTruncated, Array(Frames.frame("udp").prefix(13))),
            (.otherStation, Frames.frame("arp-reply")),
            (.arpTruncated, Array(Frames.frame("arp-request").dropLast())),
            (.ipv4Truncated, Array(Frames.frame("udp").dropLast())),
            (.ipv4Checksum, Frames.frame("udp", [(22, 0x3F11)], mend: false)),
            (.ipv6Truncated, Array(Frames.frame("udp6").dropLast())),
            (.udpTruncated, Frames.frame("udp", [(38, 14)])),
            (.udpLength, Frames.frame("udp", [(38, 7)])),
            (.udpChecksum, Frames.frame("udp", [(42, 0)])),
            (.udpChecksumMissing, Frames.frame("udp6", [(60, 0)])),
        ]
        for (reason, octets) in shown {
            #expect(box.classify(octets) == .dropped(reason), "\(reason)")
            #expect(box.counters[reason] == 1)
        }
        #expect(Set(shown.map(\.0)) == Set(FrameDrop.allCases) && FrameDrop.allCases.count == FrameDrop.count)
        #expect(box.counters.dropped == UInt64(FrameDrop.count))
    }

    @Test("other flaws are the operating system's to count")
    func otherFlaws() {
        let box = FrameBox()
        let flawed = [
            Frames.frame("udp", [(14, 0x5500)]), Frames.frame("udp", [(14, 0x4400)]), Frames.frame("udp", [(16, 19)]),
            Frames.frame("udp", [(20, 0x2000)]), Frames.frame("udp6", [(14, 0x5B8C)]),
            Frames.frame("tcp-syn", [(16, 30)]),
            Frames.frame("udp", [(36, 5_003), (38, 14)]), Frames.frame("udp", [(36, 5_003), (38, 7)]),
            Frames.frame("udp", [(12, 0x88CC)]),
        ]
        for (index, octets) in flawed.enumerated() { #expect(box.classify(octets) == .general, "\(index)") }
    }
}

@Suite("Sets of ports")
struct PortSetTests {
    @Test("every port in, and out again, alone")
    func each() {
        let box = FrameBox(ports: [])
        var wrong = 0
        for port in UInt16.min...UInt16.max {
            if box.ports.contains(port) || !box.ports.insert(port) || box.ports.insert(port) { wrong += 1 }
            if !box.ports.contains(port) || box.ports.count != 1 && port % 4_096 == 0 { wrong += 1 }
            if !box.ports.remove(port) || box.ports.remove(port) { wrong += 1 }
        }
        #expect(wrong == 0 && box.ports.count == 0)
    }

    @Test("a set and its copy are one")
    func copies() {
        let box = FrameBox(ports: [])
        let copy = box.ports
        for port: UInt16 in [0, 63, 64, 20_000, .max] { copy.insert(port) }
        #expect(box.ports.count == 5 && box.ports.contains(63) && !box.ports.contains(62) && box.ports.contains(.max))
    }
}
