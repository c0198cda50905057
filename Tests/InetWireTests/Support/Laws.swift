import InetWire
import Octets

/// What has to hold for any octets at all. Each function reads everything that a format offers once its own check lets
/// it, and names the law that was broken, nil if none was.
enum Laws {
    static func frame(_ octets: OctetBuffer) -> String? {
        let frame = InetFrame(octets)
        let transport = frame.transport(of: octets)
        guard frame.transportOffset + transport.count <= octets.count else { return "transport beyond the frame" }
        guard frame.network(of: octets).count + Int(frame.linkCount) == octets.count else { return "parts" }
        if frame.part == .later, frame.ports != nil { return "ports of a later fragment" }
        if frame.problem != nil, frame.ports != nil { return "ports of a malformed frame" }
        if let udp = frame.udp(of: octets) {
            guard udp.payload.count + 8 == udp.length, udp.length <= transport.count else { return "UDP length" }
            guard frame.ports == PortPair(source: udp.sourcePort, destination: udp.destinationPort) else {
                return "ports"
            }
            for state in ChecksumState.allCases {
                _ = udp.checksumProblem(source: frame.source, destination: frame.destination, state: state)
            }
        }
        if let arp = frame.arp(of: octets), let broken = same(arp) { return broken }
        _ = (frame.isBroadcast, frame.isMulticast, frame.isFragment)
        return ethernet(octets) ?? icmpv6(transport, frame.source, frame.destination, frame.hopLimit) ?? icmp(transport)
    }

    static func ethernet(_ octets: OctetBuffer) -> String? {
        guard EthernetView.problem(in: octets) == nil else { return nil }
        let view = EthernetView(octets)
        let copy = scratch.prefix(view.headerCount)
        guard view.header.emit(into: copy) == view.headerCount else { return "Ethernet was not emitted" }
        guard copy.holdsSameOctets(as: octets.prefix(view.headerCount)) else { return "Ethernet differs" }
        return ipv4(view.payload) ?? ipv6(view.payload)
    }

    static func same(_ arp: ARPView) -> String? {
        let copy = scratch.prefix(28)
        guard arp.message.emit(into: copy) == 28, copy.holdsSameOctets(as: arp.octets) else { return "ARP differs" }
        return ARPView(copy).purpose == arp.purpose ? nil : "another purpose"
    }

    static func ipv4(_ octets: OctetBuffer) -> String? {
        _ = QuotedDatagram(ipv4: octets)
        guard IPv4View.problem(in: octets) == nil else { return nil }
        let view = IPv4View(octets)
        guard view.headerCount + view.payload.count == view.totalLength else { return "IPv4 parts" }
        var walker = IPv4OptionWalker(view.options)
        var steps = 0
        while walker.next() != nil { steps += 1 }
        guard steps <= 20 else { return "IPv4 options" }
        guard view.header.emit(into: scratch.prefix(20)) == 20 else { return "IPv4 was not emitted" }
        let written = IPv4View(scratch.prefix(20))
        return written.header == view.header ? nil : "IPv4 differs"
    }

    static func ipv6(_ octets: OctetBuffer) -> String? {
        _ = QuotedDatagram(ipv6: octets)
        guard IPv6View.problem(in: octets) == nil else { return nil }
        let view = IPv6View(octets)
        let extensions = IPv6Extensions(view)
        guard extensions.count <= IPv6Extensions.limit else { return "IPv6 extensions" }
        guard extensions.payloadOffset <= view.octets.count else { return "IPv6 payload beyond the packet" }
        guard view.header.emit(into: scratch.prefix(40)) == 40 else { return "IPv6 was not emitted" }
        return scratch.prefix(40).holdsSameOctets(as: view.octets.prefix(40)) ? nil : "IPv6 differs"
    }

    static func udp(_ octets: OctetBuffer) -> String? {
        guard UDPView.problem(in: octets) == nil else { return nil }
        let view = UDPView(octets)
        return view.payload.count + 8 == view.length ? nil : "UDP parts"
    }

    static func icmp(_ octets: OctetBuffer) -> String? {
        guard octets.count >= 8 else { return ICMPView.problem(in: octets) == .truncated ? nil : "short ICMP" }
        let view = ICMPView(octets)
        _ = view.quoted
        let copy = scratch.prefix(octets.count)
        copy.copy(from: octets)
        guard view.message.emit(into: copy, bodyCount: view.body.count) == octets.count else { return "ICMP room" }
        guard ICMPView.problem(in: copy) == nil else { return "ICMP checksum" }
        return ICMPView(copy).message == view.message ? nil : "ICMP differs"
    }

    static func icmpv6(
        _ octets: OctetBuffer, _ source: InetAddress, _ destination: InetAddress, _ hopLimit: UInt8
    ) -> String? {
        guard octets.count >= 8 else { return nil }
        let view = ICMPv6View(octets)
        _ = view.quoted
        let copy = scratch.prefix(octets.count)
        copy.copy(from: octets)
        guard
            view.message.emit(into: copy, bodyCount: view.body.count, source: source, destination: destination)
                == octets.count
        else { return "ICMPv6 room" }
        guard ICMPv6View.problem(in: copy, source: source, destination: destination) == nil else {
            return "ICMPv6 checksum"
        }
        guard ICMPv6View(copy).message == view.message else { return "ICMPv6 differs" }
        return neighbours(view, source, destination, hopLimit)
    }

    static func neighbours(
        _ view: ICMPv6View, _ source: InetAddress, _ destination: InetAddress, _ hopLimit: UInt8
    ) -> String? {
        for limit in [hopLimit, 255] {
            if RouterAdvertisement.problem(in: view, source: source, hopLimit: limit) == nil {
                let router = RouterAdvertisement(view)
                for index in 0..<17 { _ = router.prefix(at: index) }
                _ = (router.mtu, router.sourceLink, router.lifetime, router.reachableTime, router.retransmitTime)
            }
            if NeighborAdvertisement.problem(in: view, destination: destination, hopLimit: limit) == nil {
                let value = NeighborAdvertisement(view)
                guard let count = value.emit(into: scratch, source: source, destination: destination),
                    NeighborAdvertisement(ICMPv6View(scratch.prefix(count))) == value
                else { return "advertisement differs" }
            }
            if NeighborSolicitation.problem(
                in: view, source: source, destination: destination, hopLimit: limit) == nil
            {
                let value = NeighborSolicitation(view)
                guard let count = value.emit(into: scratch, source: source, destination: destination),
                    NeighborSolicitation(ICMPv6View(scratch.prefix(count))) == value
                else { return "solicitation differs" }
            }
        }
        return nil
    }

    static func virtio(_ header: OctetBuffer, _ frame: OctetBuffer) -> String? {
        guard VirtioNetHeader.problem(in: header, frameCount: frame.count) == nil else { return nil }
        var value = VirtioNetHeader(header)
        guard value.emit(into: scratch) == 10, VirtioNetHeader(scratch) == value else { return "virtio differs" }
        let copy = scratch.prefix(frame.count)
        copy.copy(from: frame)
        return value.completeChecksum(in: copy) && !value.needsChecksum ? nil : "virtio was not completed"
    }

    /// Room for one copy; each test that uses it has a task of its own, and the values are not kept.
    private static var scratch: OctetBuffer { Room.current.window }
}

/// Room for the copies of one test.
struct Room {
    let window: OctetBuffer

    @TaskLocal static var current = Room(window: Packet(count: 4_096).window)

    /// Runs `body` with room of its own.
    static func own<Result>(_ body: () -> Result) -> Result {
        $current.withValue(Room(window: Packet(count: 4_096).window), operation: body)
    }
}
