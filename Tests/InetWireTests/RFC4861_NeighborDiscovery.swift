import InetWire
import Octets
import Testing

@Suite("RFC 4861 neighbour discovery")
struct RFC4861_NeighborDiscovery {
    private let here = MACAddress(bits: 0x0200_0000_000A)
    private let there = MACAddress(bits: 0x0200_0000_000B)

    private func problem(_ seed: ICMPv6Seed, source: InetAddress? = nil, destination: InetAddress? = nil)
        -> NDProblem?
    {
        NeighborSolicitation.problem(
            in: seed.view, source: source ?? seed.source, destination: destination ?? seed.destination,
            hopLimit: seed.hopLimit)
    }

    @Test("§4.3: a solicitation names its target and who asks")
    func solicitation() {
        let seed = ICMPv6Seed("nd-solicitation")
        #expect(seed.problem == nil && seed.view.message == .neighborSolicitation && problem(seed) == nil)
        let value = NeighborSolicitation(seed.view)
        #expect(value.target.description == "2001:db8::2" && value.sourceLink == here)
        #expect(value.target.solicitedNodeGroup == seed.destination && seed.destination.isSolicitedNodeGroup)
        let copy = Packet(count: 32)
        #expect(value.emit(into: copy.window, source: seed.source, destination: seed.destination) == 32)
        #expect(copy.octets == seed.packet.octets)
    }

    @Test("§4.4: an advertisement names its target, its MAC address and its flags")
    func advertisement() {
        let seed = ICMPv6Seed("nd-advertisement")
        #expect(seed.problem == nil && seed.view.message == .neighborAdvertisement)
        #expect(
            NeighborAdvertisement.problem(
                in: seed.view, destination: seed.destination, hopLimit: seed.hopLimit) == nil)
        let value = NeighborAdvertisement(seed.view)
        #expect(value.target.description == "2001:db8::2" && value.targetLink == there)
        #expect(value.isSolicited && value.isOverride && !value.isRouter)
        let copy = Packet(count: 32)
        #expect(value.emit(into: copy.window, source: seed.source, destination: seed.destination) == 32)
        #expect(copy.octets == seed.packet.octets)
    }

    @Test("§4.2: a router advertisement tells times, MTU and prefixes")
    func router() {
        let seed = ICMPv6Seed("nd-router-advertisement")
        #expect(seed.problem == nil && seed.view.message == .routerAdvertisement)
        #expect(RouterAdvertisement.problem(in: seed.view, source: seed.source, hopLimit: seed.hopLimit) == nil)
        let router = RouterAdvertisement(seed.view)
        #expect(router.hopLimit == 64 && router.isManaged && router.hasOtherConfiguration)
        #expect(router.lifetime == 1_800 && router.reachableTime == 30_000 && router.retransmitTime == 1_000)
        #expect(router.mtu == 1_400 && router.sourceLink == there)
        let first = router.prefix(at: 0)
        #expect(first?.prefix.description == "2001:db8::" && first?.length == 64)
        #expect(first?.isOnLink == true && first?.isAutonomous == true && first?.validLifetime == 86_400)
        let second = router.prefix(at: 1)
        #expect(second?.length == 48 && second?.isAutonomous == false && second?.preferredLifetime == .max)
        #expect(router.prefix(at: 2) == nil && router.prefix(at: -1) == nil)
    }

    @Test("§6.1.2: a router advertisement comes from a link-local address with hop limit 255 and code 0")
    func routerRefused() throws {
        let seed = ICMPv6Seed("nd-router-advertisement")
        let global = try #require(InetAddress(text: "2001:db8::1"))
        #expect(RouterAdvertisement.problem(in: seed.view, source: global, hopLimit: 255) == .address)
        #expect(RouterAdvertisement.problem(in: seed.view, source: seed.source, hopLimit: 64) == .hopLimit)
        let short = ICMPv6View(seed.packet.window.prefix(15))
        #expect(RouterAdvertisement.problem(in: short, source: seed.source, hopLimit: 255) == .truncated)
        seed.packet.window.set(octet: 129, at: 34)
        #expect(RouterAdvertisement(seed.view).prefix(at: 0) == nil, "a prefix of more than 128 bits")
        seed.packet.window.set(octet: 1, at: 1)
        #expect(RouterAdvertisement.problem(in: seed.view, source: seed.source, hopLimit: 255) == .code)
    }

    @Test("§7.1.1: hop limit, code, target and source of a solicitation are checked")
    func solicitationRefused() throws {
        let seed = ICMPv6Seed("nd-solicitation")
        #expect(
            NeighborSolicitation.problem(
                in: seed.view, source: seed.source, destination: seed.destination, hopLimit: 254) == .hopLimit)
        #expect(problem(seed, source: .unspecified) == .address, "a source option of one without an address")
        let bare = ICMPv6View(seed.packet.window.prefix(24))
        let node = try #require(InetAddress(text: "2001:db8::2"))
        let judge = { (destination: InetAddress) in
            NeighborSolicitation.problem(in: bare, source: .unspecified, destination: destination, hopLimit: 255)
        }
        #expect(judge(seed.destination) == nil)
        #expect(judge(node) == .address)
        for target in ["ff02::1", "::", "::ffff:192.0.2.1"] {
            seed.packet.window.set(ipv6Address: try #require(InetAddress(text: target)), at: 8)
            #expect(problem(seed) == .target)
        }
        seed.packet.window.set(octet: 1, at: 1)
        #expect(problem(seed) == .code)
    }

    @Test("§7.1.2: an advertisement to a group answers nobody")
    func advertisementRefused() throws {
        let seed = ICMPv6Seed("nd-advertisement")
        let all = try #require(InetAddress(text: "ff02::1"))
        #expect(NeighborAdvertisement.problem(in: seed.view, destination: all, hopLimit: 255) == .address)
        seed.packet.window.set(octet: 0xA0, at: 4)
        #expect(NeighborAdvertisement.problem(in: seed.view, destination: all, hopLimit: 255) == nil)
        #expect(NeighborAdvertisement(seed.view).isRouter && !NeighborAdvertisement(seed.view).isSolicited)
    }

    @Test("§4.6: options of length zero, cut options and more than sixteen are refused; unknown ones are not")
    func options() {
        let unknown = hex("0e01 000000000000")
        let cases: [([UInt8], NDProblem?)] = [
            ([], nil), (unknown, nil), (hex("0100 000000000000"), .option), ([1], .option),
            (hex("0102 02000000000a"), .option), (Array(repeating: unknown, count: 16).flatMap { $0 }, nil),
            (Array(repeating: unknown, count: 17).flatMap { $0 }, .tooManyOptions),
        ]
        let fixed = ICMPv6Seed("nd-solicitation").packet.octets.prefix(24)
        for (octets, expected) in cases {
            let view = ICMPv6View(Packet(fixed + octets).window)
            let found = NeighborSolicitation.problem(
                in: view, source: InetAddress(high: 1, low: 1), destination: InetAddress(high: 1, low: 2), hopLimit: 255
            )
            #expect(found == expected)
        }
    }

    @Test("§4.6.1: the first link-layer address of the right type counts, and only one of eight octets")
    func linkOptions() {
        let target = hex("0201 02000000000c")
        let other = hex("0e01 000000000000") + hex("0101 02000000000b") + target + hex("0101 02000000000d")
        #expect(NDOptions(Packet(other).window).sourceLink == there)
        #expect(NDOptions(Packet(other).window).targetLink?.bits == 0x0200_0000_000C)
        #expect(NDOptions(Packet(hex("0102 02000000000b 0000000000000000")).window).sourceLink == nil)
    }

    @Test("§4.3, §4.4: messages without a link-layer address are 24 octets; without room nothing is emitted")
    func withoutLink() {
        let (one, two) = (InetAddress(high: 1, low: 1), InetAddress(high: 1, low: 2))
        let room = Packet(count: 32)
        let asking = NeighborSolicitation(target: two, sourceLink: nil)
        #expect(asking.emit(into: room.window, source: .unspecified, destination: two.solicitedNodeGroup) == 24)
        let view = ICMPv6View(room.window.prefix(24))
        #expect(
            ICMPv6View.problem(
                in: view.octets, source: .unspecified, destination: two.solicitedNodeGroup) == nil)
        #expect(NeighborSolicitation(view) == asking)
        let telling = NeighborAdvertisement(target: two, targetLink: here, isSolicited: true, isOverride: false)
        for count in 0..<32 {
            #expect(telling.emit(into: room.window.prefix(count), source: one, destination: two) == nil)
            if count < 24 {
                #expect(asking.emit(into: room.window.prefix(count), source: one, destination: two) == nil)
            }
        }
        #expect(telling.emit(into: room.window, source: one, destination: two) == 32)
        #expect(NeighborAdvertisement(ICMPv6View(room.window)) == telling)
    }

    @Test("a message cut short anywhere is truncated, or ends within an option")
    func truncated() {
        let seed = ICMPv6Seed("nd-solicitation")
        for count in 8..<32 {
            let view = ICMPv6View(seed.packet.window.prefix(count))
            let found = NeighborSolicitation.problem(
                in: view, source: seed.source, destination: seed.destination, hopLimit: 255)
            #expect(found == (count < 24 ? .truncated : count == 24 ? nil : .option), "\(count)")
        }
    }
}
