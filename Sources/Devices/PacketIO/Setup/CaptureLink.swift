import InetWire

/// What the packets of a capture begin with, as far as we read it. Numbers are libpcap's DLT values on Linux.
package enum CaptureLink: Sendable, CaseIterable {
    /// Ethernet frames.
    case ethernet
    /// Linux cooked capture, as of the device "any".
    case cooked
    case cooked2
    /// IP packets without anything in front.
    case rawIP
    /// BSD's loopback device: IP packets behind an address family of four octets, in either order.
    case loopback

    init?(number: Int32) {
        switch number {
        case 1: self = .ethernet
        case 113: self = .cooked
        case 276: self = .cooked2
        case 12, 14, 101, 228, 229: self = .rawIP
        case 0, 108: self = .loopback
        default: return nil
        }
    }

    /// The packet as an Ethernet frame: as it is, or with a header made of what the capture tells. Too short for its
    /// link header, it becomes no frame at all: no octets.
    ///
    /// - Parameter station: stands for the MAC address of the host whose packets these are.
    func frame(_ packet: [UInt8], to station: MACAddress) -> [UInt8] {
        switch self {
        case .ethernet: packet
        case .cooked:
            Self.cooked(packet, to: station, type: 14, kind: packet.count > 1 ? packet[1] : 0, source: 6, count: 16)
        case .cooked2:
            Self.cooked(packet, to: station, type: 0, kind: packet.count > 10 ? packet[10] : 0, source: 12, count: 20)
        case .rawIP: Self.networkFrame(packet[...], to: station)
        case .loopback: packet.count >= 4 ? Self.networkFrame(packet[4...], to: station) : []
        }
    }

    /// Packet types of cooked captures: 0 to us, 1 broadcast, 2 group, 3 to another host, 4 from us.
    private static func cooked(
        _ packet: [UInt8], to station: MACAddress, type: Int, kind: UInt8, source: Int, count: Int
    ) -> [UInt8] {
        guard packet.count >= count else { return [] }
        let destination: MACAddress
        switch kind {
        case 0: destination = station
        case 1: destination = .broadcast
        case 2: destination = group(of: packet[count...])
        default: destination = MACAddress(bits: station.bits ^ 1)
        }
        let payload = packet[count...]
        return octets(of: destination) + packet[source..<(source + 6)] + packet[type..<(type + 2)] + payload
    }

    private static func networkFrame(_ packet: ArraySlice<UInt8>, to station: MACAddress) -> [UInt8] {
        guard let first = packet.first else { return [] }
        let type: [UInt8]
        switch first >> 4 {
        case 4: type = [0x08, 0x00]
        case 6: type = [0x86, 0xDD]
        default: type = [0xFF, 0xFF]
        }
        let isGroup = isForGroup(packet)
        return octets(of: isGroup ? group(of: packet) : station) + [2, 0, 0, 0, 0, 0] + type + packet
    }

    /// Whether an IP packet goes to a group or to everybody.
    private static func isForGroup(_ packet: ArraySlice<UInt8>) -> Bool {
        let start = packet.startIndex
        switch packet[start] >> 4 {
        case 4: return packet.count >= 20 && packet[start + 16] >= 224
        case 6: return packet.count >= 40 && packet[start + 24] == 0xFF
        default: return false
        }
    }

    /// The group address of the link for an IP packet to a group; the broadcast address for anything else.
    private static func group(of packet: ArraySlice<UInt8>) -> MACAddress {
        guard packet.count >= 20 else { return .broadcast }
        let start = packet.startIndex
        switch packet[start] >> 4 {
        case 4 where packet[start + 16] < 240:
            return MACAddress(bits: 0x0100_5E00_0000 | low(packet[(start + 17)..<(start + 20)]) & 0x7F_FFFF)
        case 6 where packet.count >= 40:
            return MACAddress(bits: 0x3333_0000_0000 | low(packet[(start + 36)..<(start + 40)]))
        default: return .broadcast
        }
    }

    private static func low(_ octets: ArraySlice<UInt8>) -> UInt64 { octets.reduce(0) { $0 << 8 | UInt64($1) } }

    private static func octets(of address: MACAddress) -> [UInt8] {
        (0..<6).map { UInt8(truncatingIfNeeded: address.bits >> UInt64(40 - 8 * $0)) }
    }
}
