import InetStack
import InetWire
import Octets
import PacketDemux
import Timing

/// Memory for one run: ports, a flow table, a neighbour cache.
private struct DemuxRoom {
    private let parts: [UnsafeMutableRawPointer]
    let ports: PortSet
    var flows: FlowTable
    var neighbors: NeighborCache

    init() {
        let sizes = [PortSet.byteCount, FlowTable.byteCount(capacity: 2), NeighborCache.byteCount(capacity: 16)]
        parts = sizes.map { .allocate(byteCount: $0, alignment: 128) }
        ports = PortSet(at: parts[0])
        flows = FlowTable(at: parts[1], capacity: 2, seed: 1)
        neighbors = NeighborCache(at: parts[2], capacity: 16, seed: 1)
        for port in UInt16(5_000)...5_100 { ports.insert(port) }
    }

    func free() { for part in parts { part.deallocate() } }
}

/// A whole frame to either of two hosts, with and without offloads: sorted, cut, routed, learnt from; never changed.
package func fuzzFrameDemux(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    var room = DemuxRoom()
    defer { room.free() }
    scratch.copy(from: octets)
    let frame = InetFrame(octets)
    for host: UInt64 in [1, 2] {
        var identity = InterfaceIdentity(link: MACAddress(bits: 0x0200_0000_0009 + host))
        identity.ipv4 = .ipv4(0xC000_0200 + UInt32(host))
        identity.ipv6 = InetAddress(high: 0x2001_0DB8 << 32, low: host)
        let verdicts = ChecksumState.allCases.map { state in
            FrameDemux.classify(octets, checksum: state, identity: identity, ports: room.ports)
        }
        precondition(
            datagram(verdicts[0]) == nil || datagram(verdicts[2]) != nil, "a verified checksum is worse than none")
        for (state, verdict) in zip(ChecksumState.allCases, verdicts) {
            take(verdict, frame, octets, state, identity, &room)
        }
    }
    precondition(scratch.prefix(octets.count).holdsSameOctets(as: octets), "the frame was changed")
}

private func datagram(_ verdict: FrameVerdict) -> FramedDatagram? {
    if case .realTime(let datagram) = verdict { return datagram }
    return nil
}

private func take(
    _ verdict: FrameVerdict, _ frame: InetFrame, _ octets: OctetBuffer, _ state: ChecksumState,
    _ identity: InterfaceIdentity, _ room: inout DemuxRoom
) {
    let now = MonotonicInstant.start + .seconds(100)
    switch verdict {
    case .general, .dropped: return
    case .both:
        _ = room.neighbors.lookup(frame.arp(of: octets)?.sender ?? frame.source, at: now)
        room.neighbors.learn(from: frame, octets, checksum: state, at: now)
        _ = ICMPDecision(frame, octets, checksum: state, identity: identity)
    case .realTime(let datagram):
        precondition(frame.problem == nil && frame.destinationLink == identity.link, "another station's")
        precondition(identity.has(frame.destination) && room.ports.contains(datagram.localPort), "not to us")
        precondition(octets.contains(datagram.payloadCount, at: datagram.payloadOffset), "beyond the frame")
        var offload = VirtioNetHeader()
        offload.segments = .udpDatagrams
        offload.segmentSize = 100
        var segments = DatagramSegments(datagram, of: octets, offload: offload)
        var sum = 0
        while let segment = segments.next() {
            sum += segment.count
            _ = room.flows.route(segment, to: LocalPort(pair: 0, channel: .rtp), from: datagram.source, now: now)
            _ = room.flows.route(segment, to: LocalPort(pair: 0, channel: .rtcp), from: datagram.source, now: now)
        }
        precondition(sum == datagram.payloadCount || segments.isCutOff, "octets were lost")
    }
}

/// A story of a neighbour cache, four octets an event: no address has a MAC address that it was not given last, none
/// has a group's, and no more is asked than may be.
package func fuzzNeighborCache(_ bytes: UnsafeRawBufferPointer) {
    let memory = UnsafeMutableRawPointer.allocate(byteCount: NeighborCache.byteCount(capacity: 32), alignment: 64)
    defer { memory.deallocate() }
    var cache = NeighborCache(at: memory, capacity: 32, seed: 3)
    var given: [InetAddress: MACAddress] = [:]
    var asked: [InetAddress: MonotonicInstant] = [:]
    var now = MonotonicInstant.start + .seconds(100)
    for start in stride(from: 0, to: bytes.count - 3, by: 4) {
        let event = NeighborEvent(bytes[start], bytes[start + 1], bytes[start + 2])
        now += .milliseconds(Int(bytes[start + 3]) * 10)
        let isKnown = cache.find(event.address, at: now) != nil
        if !isKnown { asked[event.address] = nil }
        switch event.kind {
        case 0, 1:
            let outcome = cache.lookup(event.address, at: now)
            guard event.isQuestion(outcome) else { break }
            // An answer, a change in the kernel's table, and having been forgotten or evicted start the second anew.
            if let last = asked[event.address] { precondition(now - last >= .seconds(1), "asked too often") }
            asked[event.address] = now
        case 2:
            cache.learn(event.address, event.link, isSolicited: event.flags & 1 == 0, isOverride: true, at: now)
            if isKnown, event.link.isStation, cache.find(event.address, at: now)?.link == event.link {
                given[event.address] = event.link
            }
            asked[event.address] = nil
        case 3:
            cache.mirror(event.address, event.link, MirroredState.allCases[Int(event.flags & 3)], at: now)
            if let neighbor = cache.find(event.address, at: now), neighbor.link == event.link {
                given[event.address] = event.link
            }
            asked[event.address] = nil
        case 4:
            cache.learn(event.address, event.link, isSolicited: true, isOverride: false, at: now)
            if let neighbor = cache.find(event.address, at: now), neighbor.link == event.link {
                given[event.address] = event.link
            }
            asked[event.address] = nil
        default:
            cache.forget(event.address)
            asked[event.address] = nil
        }
        guard let neighbor = cache.find(event.address, at: now), neighbor.state != .incomplete else { continue }
        precondition(neighbor.link.isStation && neighbor.link == given[event.address], "a MAC address of nobody")
    }
}

private struct NeighborEvent {
    let kind: UInt8
    let flags: UInt8
    let address: InetAddress
    let link: MACAddress

    init(_ kind: UInt8, _ address: UInt8, _ link: UInt8) {
        self.kind = kind % 6
        flags = kind >> 4
        self.address =
            address & 0x80 == 0
            ? .ipv4(0xC000_0200 + UInt32(address)) : InetAddress(high: 0xFE80 << 48, low: UInt64(address))
        self.link = MACAddress(bits: link == 255 ? .max : UInt64(link & 7) << 40 | UInt64(link >> 3))
    }

    func isQuestion(_ outcome: NeighborOutcome) -> Bool {
        switch outcome {
        case .resolve, .confirm: true
        case .known, .waiting, .impossible: false
        }
    }
}
