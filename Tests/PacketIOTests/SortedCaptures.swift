import InetWire
import Octets
import PacketDemux
import Testing
import Timing

@testable import PacketIO

@Suite("Packets of captures")
struct SortedCaptures {
    private func sorted(
        link: UInt32, _ packets: [[UInt8]], us: CaptureIdentity = CaptureIdentity(),
        ports: ClosedRange<UInt16> = 5_004...5_013
    ) throws -> [String] {
        let folder = try Folder()
        let reader = try CaptureReader(path: folder.write(capture(link: link, packets), "a.pcap"))
        let sorter = CaptureSorter(link: reader.link, us: us, reserved: ports)
        var found: [String] = []
        while let packet = try reader.next() {
            let frame = sorter.sort(packet)
            #expect(frame.octetCount == packet.octets.count)
            found.append("\(frame.place) \(frame.reason) \(frame.source) \(frame.target)")
        }
        return found
    }

    private func host(_ last: UInt64) -> CaptureIdentity {
        var us = CaptureIdentity()
        us.link = MACAddress(bits: 0x0200_0000_0009 + last)
        us.ipv4 = .ipv4(0xC000_0200 + UInt32(last))
        us.ipv6 = InetAddress(high: 0x2001_0DB8 << 32, low: last)
        return us
    }

    private let voice = "real_time reserved_port 192.0.2.1:4000 192.0.2.2:5004"
    private let voice6 = "real_time reserved_port [2001:db8::1]:4000 [2001:db8::2]:5004"

    @Test("without an identity everything unicast is ours")
    func anybody() throws {
        let names = [
            "udp", "udp6", "arp-reply", "arp-request", "udp-broadcast", "udp-multicast", "icmp-port-unreachable",
        ]
        #expect(
            try sorted(link: 1, names.map(KernelFrames.named), ports: 4_000...65_535) == [
                voice, voice6, "both arp_reply 192.0.2.2 192.0.2.1", "general arp_request 192.0.2.1 192.0.2.2",
                "general broadcast 192.0.2.1:57329 192.0.2.255:5004",
                "general multicast 192.0.2.1:56386 239.129.2.3:5004", "both icmp_error 192.0.2.2 192.0.2.1",
            ])
    }

    @Test("with one, the rest is somebody else's")
    func somebody() throws {
        let packets = ["udp", "udp6", "nd-advertisement"].map(KernelFrames.named)
        let other = try sorted(link: 1, packets, us: host(1))
        #expect(other.map { String($0.prefix(21)) }.prefix(2) == ["dropped other_station", "dropped other_station"])
        #expect(other[2].hasPrefix("both neighbor_advertisement"))
        var us = host(2)
        us.ipv4 = .ipv4(0x0A00_0001)
        #expect(
            try sorted(link: 1, packets, us: us).prefix(2) == [
                "general other_address 192.0.2.1:4000 192.0.2.2:5004", voice6,
            ])
        us.vlan = 7
        #expect(try sorted(link: 1, packets, us: us)[1].hasPrefix("general other_vlan"))
    }

    @Test("a checksum that the sender's card was to finish is right, unless it is not allowed; a wrong one is wrong")
    func checksums() throws {
        let packets = ["udp-partial-checksum", "udp6-partial-checksum"].map(KernelFrames.named)
        #expect(try sorted(link: 1, packets) == [voice, voice6])
        var us = host(2)
        us.wantsFinishedChecksums = true
        #expect(try sorted(link: 1, packets, us: us).allSatisfy { $0.hasPrefix("dropped udp_checksum ") })
        let damaged = packets.map { Array($0.dropLast()) + [0x55] }
        #expect(try sorted(link: 1, damaged) == [voice, voice6], "nobody has summed the payload")
        var wrong = KernelFrames.named("udp")
        wrong[45] ^= 1
        #expect(try sorted(link: 1, [wrong])[0].hasPrefix("dropped udp_checksum "))
    }

    @Test("raw IP and both kinds of loopback are sorted as the same packets in frames are")
    func withoutEthernet() throws {
        let four = Array(KernelFrames.named("udp").dropFirst(14))
        let six = Array(KernelFrames.named("udp6").dropFirst(14))
        let group = Array(KernelFrames.named("udp-multicast").dropFirst(14))
        let expected = [voice, voice6, "general multicast 192.0.2.1:56386 239.129.2.3:5004"]
        #expect(try sorted(link: 101, [four, six, group], us: host(2)) == expected)
        #expect(try sorted(link: 0, [[2, 0, 0, 0] + four, [10, 0, 0, 0] + six, [2, 0, 0, 0] + group]) == expected)
        #expect(try sorted(link: 108, [[0, 0, 0, 2] + four, [0, 0, 0, 24] + six, [0, 0, 0, 2] + group]) == expected)
        #expect(try sorted(link: 228, [four]) == [voice] && sorted(link: 229, [six]) == [voice6])
        #expect(try sorted(link: 101, [[], [0x75, 1]]) == ["dropped ethernet_truncated  ", unknown])
    }

    private let unknown = "general other_protocol 02:00:00:00:00:00 02:00:00:00:00:01"

    @Test("cooked captures: to us, to all, to a group, to another host, from us")
    func cooked() throws {
        let four = Array(KernelFrames.named("udp").dropFirst(14))
        let group = Array(KernelFrames.named("udp-multicast").dropFirst(14))
        let cooked = { (kind: UInt8, packet: [UInt8]) -> [UInt8] in
            [0, kind, 0, 1, 0, 6, 2, 0, 0, 0, 0, 10, 0, 0, 8, 0] + packet
        }
        let cooked2 = { (kind: UInt8, packet: [UInt8]) -> [UInt8] in
            [8, 0, 0, 0, 0, 0, 0, 1, 0, 1, kind, 6, 2, 0, 0, 0, 0, 10, 0, 0] + packet
        }
        for (link, make) in [(UInt32(113), cooked), (276, cooked2)] {
            let packets = [make(0, four), make(1, four), make(2, group), make(3, four), make(4, four), [0, 1, 2]]
            #expect(
                try sorted(link: link, packets, us: host(2)) == [
                    voice, "general broadcast 192.0.2.1:4000 192.0.2.2:5004",
                    "general multicast 192.0.2.1:56386 239.129.2.3:5004",
                    "dropped other_station 192.0.2.1:4000 192.0.2.2:5004",
                    "dropped other_station 192.0.2.1:4000 192.0.2.2:5004", "dropped ethernet_truncated  ",
                ])
            #expect(try sorted(link: link, [make(4, four)]) == [voice])
        }
    }

    @Test("every kernel frame cut anywhere, behind every link: sorted, never a trap")
    func anyCut() throws {
        let packets = KernelFrames.all.flatMap { frame in
            stride(from: 0, to: min(frame.count, 120), by: 3).map { Array(frame.prefix($0)) }
        }
        for link: UInt32 in [1, 0, 12, 101, 108, 113, 276] {
            #expect(try sorted(link: link, packets).count == packets.count)
        }
    }

    @Test("reasons have names for reports")
    func names() {
        #expect(FrameReason.words("udpChecksumMissing") == "udp_checksum_missing")
        #expect(
            FrameReason.words("notEthernetII") == "not_ethernet_ii"
                && FrameReason.words("ipv4Version") == "ipv4_version")
    }
}

extension SortedFrame {
    fileprivate var place: String {
        switch verdict {
        case .realTime: "real_time"
        case .general: "general"
        case .both: "both"
        case .dropped: "dropped"
        }
    }
}
