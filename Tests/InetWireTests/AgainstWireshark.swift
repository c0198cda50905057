import Foundation
import InetWire
import Octets
import Testing

/// Frames read by us and by Wireshark's dissector, field by field.
@Suite("Against Wireshark", .enabled(if: Tshark.path != nil, "tshark is not installed"))
struct AgainstWireshark {
    private static let names = [
        "eth.dst", "eth.src", "vlan.id", "ip.src", "ip.dst", "ip.ttl", "ip.dsfield.dscp", "ip.proto", "ip.hdr_len",
        "ip.frag_offset", "ip.flags.mf", "ip.checksum.status", "ipv6.src", "ipv6.dst", "ipv6.hlim", "ipv6.plen",
        "udp.srcport", "udp.dstport", "tcp.srcport", "tcp.dstport", "udp.length", "udp.checksum.status",
        "arp.opcode", "arp.src.hw_mac", "arp.src.proto_ipv4", "arp.dst.proto_ipv4", "icmp.type", "icmp.code",
        "icmp.mtu", "icmp.checksum.status", "icmpv6.type", "icmpv6.code", "icmpv6.mtu", "icmpv6.checksum.status",
        "icmpv6.nd.ns.target_address", "icmpv6.nd.na.target_address", "icmpv6.opt.linkaddr",
        "icmpv6.opt.prefix.length", "icmpv6.nd.ra.router_lifetime",
    ]

    private func compare(_ frames: [[UInt8]], _ file: URL) throws {
        let rows = try Tshark.fields(Self.names, of: file)
        try #require(rows.count == frames.count && !rows.isEmpty)
        for (index, (octets, row)) in zip(frames, rows).enumerated() {
            let differences = Comparison(octets, row).differences
            #expect(differences.isEmpty, "frame \(index + 1)")
        }
    }

    @Test("the kernel's own frames, and those made by hand")
    func ownFrames() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "inet-wire-\(UUID()).pcap")
        defer { try? FileManager.default.removeItem(at: file) }
        let frames = Frames.all.map(\.octets)
        try Capture.write(frames, to: file)
        #expect(try Capture.frames(file) == frames)
        try compare(frames, file)
    }

    @Test(
        "a call with G.711",
        .enabled(if: Capture.outside("sip-rtp-g711.pcap") != nil, "no captures beside this checkout"))
    func call() throws {
        let file = try #require(Capture.outside("sip-rtp-g711.pcap"))
        let frames = try Capture.frames(file)
        #expect(frames.count == 852)
        try compare(frames, file)
    }

    @Test(
        "a storm of ARP", .enabled(if: Capture.outside("arp-storm.pcap") != nil, "no captures beside this checkout"))
    func storm() throws {
        let file = try #require(Capture.outside("arp-storm.pcap"))
        let frames = try Capture.frames(file)
        #expect(frames.count == 622)
        try compare(frames, file)
    }
}

/// One frame read twice.
private struct Comparison {
    private let row: [String: String]
    private let window: OctetBuffer
    private let frame: InetFrame
    private(set) var differences: [String] = []

    init(_ octets: [UInt8], _ row: [String: String]) {
        self.row = row
        window = Packet(octets).window
        frame = InetFrame(window)
        guard frame.problem == nil else {
            if frame.problem != .notEthernetII { differences = ["a problem"] }
            return
        }
        link()
        if frame.ipVersion == 4 { ipv4() }
        if frame.ipVersion == 6 { ipv6() }
        if let arp = frame.arp(of: window) { self.arp(arp) }
        if frame.payloadProtocol == .udp || frame.payloadProtocol == .tcp { ports(frame.ports) }
        if let udp = frame.udp(of: window) { self.udp(udp) }
        if frame.ipVersion == 4, frame.payloadProtocol == .icmp, frame.part == .whole { icmp() }
        if frame.ipVersion == 6, frame.payloadProtocol == .icmpv6, frame.part == .whole { icmpv6() }
    }

    private mutating func same(_ name: String, _ ours: (some CustomStringConvertible)?) {
        let text = ours.map { $0.description } ?? ""
        if row[name] != text { differences.append("\(name): \(row[name] ?? "-") there, \(text) here") }
    }

    private mutating func link() {
        same("eth.dst", frame.destinationLink)
        same("eth.src", frame.sourceLink)
        same("vlan.id", frame.outerTag.map { $0.isService ? frame.innerTag?.id ?? 0 : $0.id })
    }

    private mutating func ipv4() {
        let view = IPv4View(frame.network(of: window))
        same("ip.src", frame.source)
        same("ip.dst", frame.destination)
        same("ip.ttl", frame.hopLimit)
        same("ip.dsfield.dscp", view.trafficClass.dscp)
        same("ip.proto", frame.payloadProtocol.number)
        same("ip.hdr_len", frame.networkCount)
        let units = view.fragmentOffset / 8  // as some releases count it
        same("ip.frag_offset", row["ip.frag_offset"] == units.description ? units : view.fragmentOffset)
        same("ip.flags.mf", view.moreFragments ? 1 : 0)
        same("ip.checksum.status", 1)
    }

    private mutating func ipv6() {
        same("ipv6.src", frame.source)
        same("ipv6.dst", frame.destination)
        same("ipv6.hlim", frame.hopLimit)
        same("ipv6.plen", IPv6View(frame.network(of: window)).payloadLength)
    }

    private mutating func arp(_ arp: ARPView) {
        same("arp.opcode", arp.isReply ? 2 : 1)
        same("arp.src.hw_mac", arp.senderLink)
        same("arp.src.proto_ipv4", arp.sender)
        same("arp.dst.proto_ipv4", arp.target)
    }

    private mutating func ports(_ pair: PortPair?) {
        let name = row["tcp.srcport"] == "" ? "udp" : "tcp"
        same(name + ".srcport", pair?.source)
        same(name + ".dstport", pair?.destination)
    }

    private mutating func udp(_ udp: UDPView) {
        same("udp.length", udp.length)
        let problem = udp.checksumProblem(
            source: frame.source, destination: frame.destination, state: .unverified)
        same("udp.checksum.status", problem != nil ? 0 : udp.checksum == 0 ? 3 : 1)
    }

    private mutating func icmp() {
        let payload = frame.transport(of: window)
        same("icmp.checksum.status", ICMPView.problem(in: payload) == nil ? 1 : 0)
        same("icmp.type", payload.octet(at: 0))
        same("icmp.code", payload.octet(at: 1))
        let view = ICMPView(payload)
        if case .fragmentationNeeded(let mtu) = view.message { same("icmp.mtu", mtu) }
        ports(view.quoted?.ports)
    }

    private mutating func icmpv6() {
        let payload = frame.transport(of: window)
        let problem = ICMPv6View.problem(in: payload, source: frame.source, destination: frame.destination)
        same("icmpv6.checksum.status", problem == nil ? 1 : 0)
        same("icmpv6.type", payload.octet(at: 0))
        same("icmpv6.code", payload.octet(at: 1))
        let view = ICMPv6View(payload)
        ports(view.quoted?.ports)
        switch view.message {
        case .packetTooBig(let mtu): same("icmpv6.mtu", mtu)
        case .neighborSolicitation:
            same("icmpv6.nd.ns.target_address", NeighborSolicitation(view).target)
            same("icmpv6.opt.linkaddr", NeighborSolicitation(view).sourceLink)
        case .neighborAdvertisement:
            same("icmpv6.nd.na.target_address", NeighborAdvertisement(view).target)
            same("icmpv6.opt.linkaddr", NeighborAdvertisement(view).targetLink)
        case .routerAdvertisement:
            same("icmpv6.nd.ra.router_lifetime", RouterAdvertisement(view).lifetime)
            same("icmpv6.opt.linkaddr", RouterAdvertisement(view).sourceLink)
            same("icmpv6.opt.prefix.length", RouterAdvertisement(view).prefix(at: 0)?.length)
        case .unreachable, .timeExceeded, .parameterProblem, .echoRequest, .echoReply, .other: break
        }
    }
}
