import InetStack
import InetWire
import Octets
import Testing

@Suite("Composed frames")
struct FrameComposerTests {
    private let payload = Array("two octets more".utf8)

    /// A composed frame and the walk over it; nil if it was refused.
    private func compose(
        _ identity: InterfaceIdentity, _ path: DatagramPath, offset: Int = 128, count: Int? = nil
    ) -> (frame: OctetBuffer, walk: InetFrame)? {
        let room = Packet(count: 2_048).window
        for (index, octet) in payload.enumerated() where offset + index < room.count {
            room.set(octet: octet, at: offset + index)
        }
        let verdict = FrameComposer(identity).compose(
            in: room, payloadOffset: offset, payloadCount: count ?? payload.count, path: path)
        guard case .composed(let start, let count, let checksumStart) = verdict else { return nil }
        let frame = room.slice(from: start, count: count)
        let walk = InetFrame(frame)
        #expect(walk.transportOffset == checksumStart && start + count == offset + (payload.count))
        return (frame, walk)
    }

    private func refusal(
        _ identity: InterfaceIdentity, _ path: DatagramPath, offset: Int = 128, count: Int = 160
    ) -> ComposeProblem? {
        let verdict = FrameComposer(identity).compose(
            in: Packet(count: 2_048).window, payloadOffset: offset, payloadCount: count, path: path)
        if case .refused(let problem) = verdict { return problem }
        return nil
    }

    private func path(_ destination: InetAddress) -> DatagramPath {
        var path = DatagramPath(
            localPort: 20_000, destination: InetEndpoint(address: destination, port: 4_000), nextHop: mac(11))
        path.trafficClass = TrafficClass(dscp: 46)
        return path
    }

    @Test("are read as what they were composed of, in both families", arguments: [(v4(1), v4(2)), (v6(1), v6(2))])
    func roundTrip(source: InetAddress, destination: InetAddress) throws {
        let (frame, walk) = try #require(compose(identity(), path(destination)))
        #expect(walk.problem == nil && walk.destinationLink == mac(11) && walk.sourceLink == mac(10))
        #expect(walk.source == source && walk.destination == destination && walk.hopLimit == 64)
        #expect(walk.ports == PortPair(source: 20_000, destination: 4_000) && walk.outerTag == nil && !walk.hasOptions)
        let udp = try #require(walk.udp(of: frame))
        #expect(udp.checksumProblem(source: source, destination: destination, state: .unverified) == nil)
        #expect(udp.checksum != 0 && (0..<udp.payload.count).map { udp.payload.octet(at: $0) } == payload)
    }

    @Test("IPv4 is not to be fragmented, needs no identification, and carries its class")
    func ipv4Fields() throws {
        let (frame, walk) = try #require(compose(identity(), path(v4(2))))
        let header = IPv4View(walk.network(of: frame))
        #expect(header.dontFragment && header.identification == 0 && header.part == .whole)
        #expect(header.trafficClass.dscp == 46)
        let six = try #require(compose(identity(), path(v6(2))))
        #expect(IPv6View(six.walk.network(of: six.frame)).trafficClass.dscp == 46)
    }

    @Test("our VLAN's tag is in them")
    func tagged() throws {
        var identity = identity()
        identity.vlan = VLANTag(id: 7, priority: 5)
        let (frame, walk) = try #require(compose(identity, path(v6(2))))
        #expect(walk.outerTag == VLANTag(id: 7, priority: 5) && walk.innerTag == nil && walk.problem == nil)
        #expect(frame.count == FrameComposer.headroom + payload.count)
    }

    @Test("a partial checksum is completed by the offload to the complete one")
    func partial() throws {
        for destination in [v4(2), v6(2)] {
            var path = path(destination)
            let complete = try #require(compose(identity(), path))
            path.checksum = .partial
            let (frame, walk) = try #require(compose(identity(), path))
            #expect(!frame.holdsSameOctets(as: complete.frame))
            var offload = VirtioNetHeader(udpChecksumFrom: UInt16(walk.transportOffset))
            #expect(offload.completeChecksum(in: frame) && frame.holdsSameOctets(as: complete.frame))
        }
    }

    @Test("a link-local destination is sent to from our link-local address")
    func linkLocal() throws {
        let near = InetAddress(high: 0xFE80 << 48, low: 99)
        let (_, walk) = try #require(compose(identity(), path(near)))
        #expect(walk.source == identity().ipv6LinkLocal)
    }

    @Test("what is refused, and why")
    func refused() {
        var bare = InterfaceIdentity(link: mac(10))
        #expect(refusal(bare, path(v4(2))) == .noAddress && refusal(bare, path(v6(2))) == .noAddress)
        bare = identity()
        #expect(refusal(bare, path(v4(2)), count: 1_472) == nil && refusal(bare, path(v4(2)), count: 1_473) == .tooLong)
        #expect(refusal(bare, path(v6(2)), count: 1_452) == nil && refusal(bare, path(v6(2)), count: 1_453) == .tooLong)
        var narrow = path(v4(2))
        narrow.mtu = 187
        #expect(refusal(bare, narrow) == .tooLong)
        narrow.mtu = 188
        #expect(refusal(bare, narrow) == nil)
        #expect(refusal(bare, path(v4(2)), offset: 42) == nil && refusal(bare, path(v4(2)), offset: 41) == .noRoom)
        #expect(refusal(bare, path(v6(2)), offset: 62) == nil && refusal(bare, path(v6(2)), offset: 61) == .noRoom)
        #expect(
            refusal(bare, path(v4(2)), offset: 1_889) == .noRoom && refusal(bare, path(v4(2)), count: -1) == .tooLong)
        bare.hasCarrier = false
        #expect(refusal(bare, path(v4(2))) == .down)
        bare.hasCarrier = true
        bare.isUp = false
        #expect(refusal(bare, path(v4(2))) == .down)
    }
}

@Suite("Composed questions and announcements")
struct NeighborFrames {
    private func compose(_ make: (FrameComposer, OctetBuffer) -> ComposeVerdict) throws -> OctetBuffer {
        let room = Packet(count: FrameComposer.neighborFrameCount).window
        guard case .composed(let start, let count, _) = make(FrameComposer(identity()), room) else {
            return room.prefix(0)
        }
        return room.slice(from: start, count: count)
    }

    @Test("an ARP request is the kernel's own, octet for octet")
    func request() throws {
        let frame = try compose { $0.question(for: v4(2), in: $1) }
        #expect(frame.holdsSameOctets(as: Packet(seed: "arp-request").window))
        let announced = try compose { $0.announcement(of: v4(1), in: $1) }
        #expect(announced.holdsSameOctets(as: Packet(seed: "arp-gratuitous").window))
    }

    @Test("a neighbour solicitation is the kernel's own, octet for octet")
    func solicitation() throws {
        let frame = try compose { $0.question(for: v6(2), in: $1) }
        #expect(frame.holdsSameOctets(as: Packet(seed: "nd-solicitation").window))
    }

    @Test("a known neighbour is asked alone")
    func confirming() throws {
        let arp = InetFrame(try compose { $0.question(for: v4(2), confirming: mac(11), in: $1) })
        #expect(arp.destinationLink == mac(11) && arp.etherType == .arp)
        let octets = try compose { $0.question(for: v6(2), confirming: mac(11), in: $1) }
        let frame = InetFrame(octets)
        #expect(frame.destinationLink == mac(11) && frame.destination == v6(2) && frame.hopLimit == 255)
        let view = ICMPv6View(frame.transport(of: octets))
        #expect(ICMPv6View.problem(in: view.octets, source: v6(1), destination: v6(2)) == nil)
        #expect(NeighborSolicitation(view) == NeighborSolicitation(target: v6(2), sourceLink: mac(10)))
    }

    @Test("an unsolicited advertisement overrides, and goes to all nodes")
    func advertisement() throws {
        for own in [v6(1), identity().ipv6LinkLocal] {
            let octets = try compose { $0.announcement(of: own, in: $1) }
            let frame = InetFrame(octets)
            let view = ICMPv6View(frame.transport(of: octets))
            #expect(frame.problem == nil && frame.destinationLink == MACAddress(bits: 0x3333_0000_0001))
            let problem = ICMPv6View.problem(in: view.octets, source: frame.source, destination: frame.destination)
            #expect(problem == nil && frame.source == own && frame.hopLimit == 255)
            let value = NeighborAdvertisement(view)
            #expect(value.target == own && value.targetLink == mac(10) && value.isOverride && !value.isSolicited)
        }
    }

    @Test("an address that we lack, a link that is down and too little room are refused")
    func refused() {
        let problem = { (verdict: ComposeVerdict) -> ComposeProblem? in
            if case .refused(let problem) = verdict { return problem }
            return nil
        }
        let room = Packet(count: 90).window
        var own = identity()
        #expect(problem(FrameComposer(own).announcement(of: v4(9), in: room)) == .noAddress)
        for count in 0..<42 {
            #expect(problem(FrameComposer(own).question(for: v4(2), in: room.prefix(count))) == .noRoom)
        }
        for count in 0..<86 {
            #expect(problem(FrameComposer(own).question(for: v6(2), in: room.prefix(count))) == .noRoom)
        }
        own.isUp = false
        #expect(problem(FrameComposer(own).question(for: v4(2), in: room)) == .down)
        #expect(problem(FrameComposer(own).announcement(of: v4(1), in: room)) == .down)
        let bare = FrameComposer(InterfaceIdentity(link: mac(1)))
        #expect(problem(bare.question(for: v4(2), in: room)) == .noAddress)
        #expect(problem(bare.question(for: v6(2), in: room)) == .noAddress)
    }
}
