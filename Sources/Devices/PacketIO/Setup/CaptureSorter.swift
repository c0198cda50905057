import InetStack
package import InetWire
package import Octets
package import PacketDemux
import Timing

/// Whose frames a capture shows. What is not given is taken from each frame itself: everything unicast counts as ours.
package struct CaptureIdentity: Sendable {
    package var link: MACAddress?
    package var ipv4: InetAddress?
    package var ipv6: InetAddress?
    /// 0 = outside every VLAN.
    package var vlan: UInt16 = 0
    /// UDP checksums that the sender's card was to finish count as wrong. A capture taken on the sending machine is
    /// full of them; on a wire there are none.
    package var wantsFinishedChecksums = false

    package init() {}

    /// Who we are for one frame.
    func identity(for frame: InetFrame, _ octets: OctetBuffer) -> InterfaceIdentity {
        let destination = octets.count >= EthernetView.fixedCount ? MACAddress(octets, at: 0) : .zero
        var identity = InterfaceIdentity(link: link ?? (destination.isGroup ? .zero : destination))
        let isUnicast = !frame.isBroadcast && !frame.isMulticast
        identity.ipv4 = ipv4 ?? (isUnicast && frame.destination.isIPv4 ? frame.destination : .unspecified)
        identity.ipv6 = ipv6 ?? (isUnicast && !frame.destination.isIPv4 ? frame.destination : .unspecified)
        identity.vlan = vlan == 0 ? nil : VLANTag(id: vlan)
        return identity
    }
}

/// Where one packet of a capture went.
package struct SortedFrame: Sendable {
    package let verdict: FrameVerdict
    /// What a datagram for the real-time side is; nil for every other frame.
    package let datagramClass: DatagramClass?
    /// Why it went there, as reports name it: "reserved_port", "fragment", "udp_checksum".
    package let reason: String
    /// Octets on the wire, of the capture's own link.
    package let octetCount: Int
    /// Who sent it: endpoint, address or MAC address, as far as it could be read; empty if nothing could.
    package let source: String
    /// Who was to get it.
    package let target: String
}

/// Runs packets of a capture through the demultiplexer, one after the other. Owner: one thread.
@safe package final class CaptureSorter {
    /// Octets of the longest packet that libpcap reads, with room for an Ethernet header.
    private static let roomCount = 262_144 + 64
    /// Stands for our MAC address where the capture has none.
    private static let stand = MACAddress(bits: 0x0200_0000_0001)

    private let link: CaptureLink
    private let us: CaptureIdentity
    // Why unsafe: memory of the port set and of one frame. Why sound: made in `init`, given back once in `deinit`, and
    // reached through checked handles only.
    private let memory: UnsafeMutableRawPointer
    private let ports: PortSet
    private let room: OctetBuffer

    /// - Parameter reserved: the real-time side's ports.
    package init(link: CaptureLink, us: CaptureIdentity, reserved: ClosedRange<UInt16>) {
        unsafe memory = .allocate(byteCount: PortSet.byteCount + Self.roomCount, alignment: 64)
        unsafe ports = PortSet(at: memory)
        unsafe room = OctetBuffer(start: memory + PortSet.byteCount, count: Self.roomCount)
        self.link = link
        self.us = us
        for port in reserved { ports.insert(port) }
    }

    deinit { unsafe memory.deallocate() }

    package func sort(_ packet: CapturedPacket) -> SortedFrame {
        let octets = link.frame(packet.octets, to: us.link ?? Self.stand).prefix(Self.roomCount)
        for (offset, octet) in octets.enumerated() { room.set(octet: octet, at: offset) }
        return sort(room.prefix(octets.count), onWire: packet.originalCount)
    }

    private func sort(_ octets: OctetBuffer, onWire count: Int) -> SortedFrame {
        let frame = InetFrame(octets)
        let identity = us.identity(for: frame, octets)
        let verdict = FrameDemux.classify(
            frame, octets, checksum: checksumState(frame, octets), identity: identity, ports: ports)
        var datagramClass: DatagramClass?
        if case .realTime(let datagram) = verdict {
            datagramClass = DatagramClass(octets.slice(from: datagram.payloadOffset, count: datagram.payloadCount))
        }
        let reason = FrameReason(verdict, frame, octets, identity)
        return SortedFrame(
            verdict: verdict, datagramClass: datagramClass, reason: reason.text, octetCount: count,
            source: Self.party(frame, octets, isSource: true), target: Self.party(frame, octets, isSource: false))
    }

    /// A checksum that is the pseudo-header's sum alone was left for the card to finish.
    private func checksumState(_ frame: InetFrame, _ octets: OctetBuffer) -> ChecksumState {
        guard !us.wantsFinishedChecksums, let udp = frame.udp(of: octets), udp.checksum != 0 else { return .unverified }
        let sum = InternetChecksum(
            source: frame.source, destination: frame.destination, carrying: .udp, count: udp.length)
        return ~sum.value == udp.checksum ? .partial : .unverified
    }

    private static func party(_ frame: InetFrame, _ octets: OctetBuffer, isSource: Bool) -> String {
        if frame.ipVersion != 0 {
            let address = isSource ? frame.source : frame.destination
            guard let ports = frame.ports else { return address.description }
            return InetEndpoint(address: address, port: isSource ? ports.source : ports.destination).description
        }
        if let arp = frame.arp(of: octets) { return (isSource ? arp.sender : arp.target).description }
        guard octets.count >= EthernetView.fixedCount else { return "" }
        return MACAddress(octets, at: isSource ? 6 : 0).description
    }
}
