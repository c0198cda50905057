import InetWire
import Octets

/// An ICMP message: what is emitted again is verified and read as the same message.
package func fuzzICMP(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    guard octets.count >= ICMPView.headerCount else { return }
    let view = ICMPView(octets)
    _ = (ICMPView.problem(in: octets), view.quoted)
    let copy = scratch.prefix(octets.count)
    copy.copy(from: octets)
    precondition(view.message.emit(into: copy, bodyCount: view.body.count) == octets.count, "not emitted")
    precondition(ICMPView.problem(in: copy) == nil && ICMPView(copy).message == view.message, "differs")
}

/// Two IPv6 addresses and an ICMPv6 message between them, messages of neighbour discovery included.
package func fuzzICMPv6(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    guard octets.count >= 40 else { return }
    let (source, destination) = (octets.ipv6Address(at: 0), octets.ipv6Address(at: 16))
    let message = octets.suffix(from: 32)
    let view = ICMPv6View(message)
    _ = (ICMPv6View.problem(in: message, source: source, destination: destination), view.quoted)
    let copy = scratch.prefix(message.count)
    copy.copy(from: message)
    let count = view.message.emit(
        into: copy, bodyCount: view.body.count, source: source, destination: destination)
    precondition(count == message.count, "not emitted")
    precondition(
        ICMPv6View.problem(in: copy, source: source, destination: destination) == nil
            && ICMPv6View(copy).message == view.message, "differs")
    readNeighbours(view, source, destination, scratch)
}

private func readNeighbours(
    _ view: ICMPv6View, _ source: InetAddress, _ destination: InetAddress, _ scratch: OctetBuffer
) {
    if NeighborSolicitation.problem(in: view, source: source, destination: destination, hopLimit: 255) == nil {
        let value = NeighborSolicitation(view)
        let count = value.emit(into: scratch, source: source, destination: destination) ?? 0
        precondition(count > 0 && NeighborSolicitation(ICMPv6View(scratch.prefix(count))) == value, "differs")
    }
    if NeighborAdvertisement.problem(in: view, destination: destination, hopLimit: 255) == nil {
        let value = NeighborAdvertisement(view)
        let count = value.emit(into: scratch, source: source, destination: destination) ?? 0
        precondition(count > 0 && NeighborAdvertisement(ICMPv6View(scratch.prefix(count))) == value, "differs")
    }
    if RouterAdvertisement.problem(in: view, source: source, hopLimit: 255) == nil {
        let router = RouterAdvertisement(view)
        _ = (router.mtu, router.sourceLink, router.lifetime)
        for index in 0...NDOptions.limit {
            if let prefix = router.prefix(at: index) { precondition(prefix.length <= 128, "a prefix too long") }
        }
        precondition(router.prefix(at: NDOptions.limit) == nil, "more prefixes than options")
    }
}

/// An offload header of ten octets and the frame behind it: what passes the check can be completed, and stays inside.
package func fuzzVirtioNet(_ octets: OctetBuffer, _ scratch: OctetBuffer) {
    let header = octets.prefix(min(VirtioNetHeader.count, octets.count))
    let frame = octets.suffix(from: header.count)
    guard VirtioNetHeader.problem(in: header, frameCount: frame.count) == nil else { return }
    var value = VirtioNetHeader(header)
    precondition(value.emit(into: scratch) == VirtioNetHeader.count, "not emitted")
    precondition(VirtioNetHeader(scratch) == value, "differs")
    precondition(value.completeChecksum(in: frame) && !value.needsChecksum, "not completed")
}
