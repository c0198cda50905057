import InetWire
import Octets

/// Runs `body` over a window on a copy of `bytes` of exactly their length, and one on room for what it emits.
package func withWindow(_ bytes: UnsafeRawBufferPointer, _ body: (OctetBuffer, OctetBuffer) -> Void) {
    let room = bytes.count + 64
    let memory = UnsafeMutableRawPointer.allocate(byteCount: max(1, bytes.count), alignment: 1)
    let scratch = UnsafeMutableRawPointer.allocate(byteCount: room, alignment: 1)
    defer {
        memory.deallocate()
        scratch.deallocate()
    }
    memory.copyMemory(from: bytes.baseAddress ?? UnsafeRawPointer(memory), byteCount: bytes.count)
    scratch.initializeMemory(as: UInt8.self, repeating: 0, count: room)
    body(OctetBuffer(start: memory, count: bytes.count), OctetBuffer(start: scratch, count: room))
}

/// A whole frame: the walk's offsets lie inside it, and what it says agrees with the formats themselves.
package func fuzzInetFrame(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    let frame = InetFrame(octets)
    let transport = frame.transport(of: octets)
    precondition(frame.transportOffset + transport.count <= octets.count, "transport beyond the frame")
    precondition(frame.ports == nil || (frame.problem == nil && frame.part != .later), "ports that can't be there")
    _ = (frame.isBroadcast, frame.isMulticast, frame.isFragment, frame.network(of: octets))
    if let udp = frame.udp(of: octets) {
        precondition(
            frame.ports == PortPair(source: udp.sourcePort, destination: udp.destinationPort), "other ports")
        _ = udp.checksumProblem(source: frame.source, destination: frame.destination, state: .unverified)
    }
    if let arp = frame.arp(of: octets) { readARP(arp, scratch) }
    guard frame.problem == nil else { return }
    if frame.payloadProtocol == .icmp { fuzzICMP(transport, scratch) }
}

/// An Ethernet header: what is read is emitted octet for octet.
package func fuzzEthernet(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    guard EthernetView.problem(in: octets) == nil else { return }
    let view = EthernetView(octets)
    precondition(view.tagCount <= EthernetView.tagLimit && view.tag(at: view.tagCount) == nil, "too many tags")
    let count = view.header.emit(into: scratch)
    precondition(count == view.headerCount, "not emitted")
    precondition(scratch.prefix(view.headerCount).holdsSameOctets(as: octets.prefix(view.headerCount)), "differs")
}

/// An ARP packet: what is read is emitted octet for octet, and has the same purpose.
package func fuzzARP(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    guard ARPView.problem(in: octets) == nil else { return }
    readARP(ARPView(octets), scratch)
}

private func readARP(_ view: ARPView, _ scratch: OctetBuffer) {
    precondition(view.message.emit(into: scratch) == ARPView.octetCount, "not emitted")
    let copy = ARPView(scratch)
    precondition(copy.octets.holdsSameOctets(as: view.octets) && copy.purpose == view.purpose, "differs")
}

/// An IPv4 packet: the parts add up, the options end, and what is emitted is read as the same header.
package func fuzzIPv4(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    _ = QuotedDatagram(ipv4: octets)
    guard IPv4View.problem(in: octets) == nil else { return }
    let view = IPv4View(octets)
    precondition(view.headerCount + view.payload.count == view.totalLength, "parts do not add up")
    var walker = IPv4OptionWalker(view.options)
    var steps = 0
    while let option = walker.next() {
        steps += 1 + option.data.count
        precondition(steps <= 40, "options do not end")
    }
    precondition(view.header.emit(into: scratch) == 20, "not emitted")
    precondition(IPv4View.headerProblem(in: scratch.prefix(20)) == nil, "an emitted header is none")
    precondition(IPv4View(scratch.prefix(20)).header == view.header, "differs")
}

/// An IPv6 packet: the walk over its extension headers is bounded and stays inside.
package func fuzzIPv6(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    _ = QuotedDatagram(ipv6: octets)
    guard IPv6View.problem(in: octets) == nil else { return }
    let view = IPv6View(octets)
    let extensions = IPv6Extensions(view)
    precondition(extensions.count <= IPv6Extensions.limit, "too many extension headers")
    precondition(extensions.payloadOffset <= view.octets.count, "a payload beyond the packet")
    precondition(view.header.emit(into: scratch) == 40, "not emitted")
    precondition(scratch.prefix(40).holdsSameOctets(as: octets.prefix(40)), "differs")
}

/// A UDP datagram between two fixed addresses of each family: what is emitted again is verified.
package func fuzzUDP(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    guard UDPView.problem(in: octets) == nil else { return }
    let view = UDPView(octets)
    for address in [InetAddress.ipv4(0xC000_0201), InetAddress(high: 0x2001_0DB8 << 32, low: 1)] {
        _ = view.checksumProblem(source: address, destination: address, state: .unverified)
        let copy = scratch.prefix(view.length)
        copy.copy(from: view.octets)
        let header = UDPHeader(
            sourcePort: view.sourcePort, destinationPort: view.destinationPort,
            payloadCount: UInt16(view.payload.count))
        precondition(
            header.emit(into: copy, source: address, destination: address, checksum: .complete) == 8, "not emitted")
        precondition(
            UDPView(copy).checksumProblem(source: address, destination: address, state: .unverified) == nil,
            "its own checksum is wrong")
    }
}
