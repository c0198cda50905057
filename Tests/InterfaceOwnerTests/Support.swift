import InetWire
import Octets

@testable import InterfaceOwner

/// Messages as the kernel sends them, put together by hand. linux/rtnetlink.h.
enum Sample {
    static let mac: [UInt8] = [0x02, 0, 0, 0, 0, 0x11]

    static func attribute(_ number: UInt16, _ value: [UInt8]) -> [UInt8] {
        let length = UInt16(value.count + 4)
        let head = [UInt8(length & 0xFF), UInt8(length >> 8), UInt8(number & 0xFF), UInt8(number >> 8)]
        return head + value + [UInt8](repeating: 0, count: (4 - value.count % 4) % 4)
    }

    static func word(_ value: UInt32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }

    static func message(_ kind: UInt16, _ body: [UInt8], sequence: UInt32 = 7) -> [UInt8] {
        let length = word(UInt32(body.count + 16))
        return length + [UInt8(kind & 0xFF), UInt8(kind >> 8), 0, 0] + word(sequence) + word(0) + body
            + [UInt8](repeating: 0, count: (4 - body.count % 4) % 4)
    }

    static func link(
        _ index: UInt32, _ name: String, mac: [UInt8] = mac, mtu: UInt32 = 1_500, flags: UInt32 = 0x10003,
        master: UInt32? = nil
    ) -> [UInt8] {
        let fixed: [UInt8] = [0, 0, 1, 0] + word(index) + word(flags) + word(0)
        var body = fixed + attribute(3, Array(name.utf8) + [0]) + attribute(1, mac) + attribute(4, word(mtu))
        if let master { body += attribute(10, word(master)) }
        return message(16, body)
    }

    static func address(_ index: UInt32, _ address: [UInt8], prefix: UInt8, lost: Bool = false) -> [UInt8] {
        let family: UInt8 = address.count == 4 ? 2 : 10
        let body =
            [family, prefix, 0x80, 0] + word(index) + attribute(1, address) + attribute(2, address)
            + attribute(8, word(0x80))
        return message(lost ? 21 : 20, body)
    }

    static func route(
        _ destination: [UInt8], _ length: UInt8, via gateway: [UInt8]? = nil, out index: UInt32?, table: UInt8 = 254,
        kind: UInt8 = 1, metric: UInt32? = nil, maker: UInt8 = 3, flags: UInt32 = 0, lost: Bool = false
    ) -> [UInt8] {
        let family: UInt8 = (gateway ?? destination).count == 16 ? 10 : 2
        var body: [UInt8] = [family, length, 0, 0, table, maker, 0, kind] + word(flags)
        if length > 0 { body += attribute(1, destination) }
        if let gateway { body += attribute(5, gateway) }
        if let index { body += attribute(4, word(index)) }
        if let metric { body += attribute(6, word(metric)) }
        return message(lost ? 25 : 24, body)
    }

    static func neighbor(
        _ index: UInt32, _ address: [UInt8], mac: [UInt8]?, state: UInt16, lost: Bool = false
    ) -> [UInt8] {
        let bits = [UInt8(state & 0xFF), UInt8(state >> 8)]
        var body = [UInt8(address.count == 4 ? 2 : 10), 0, 0, 0] + word(index) + bits + [0, 0] + attribute(1, address)
        if let mac { body += attribute(2, mac) }
        return message(lost ? 29 : 28, body)
    }

    static func news(_ octets: [UInt8]) throws -> [NetlinkNews] {
        try NetlinkMessage.all(in: octets[...]).compactMap { try NetlinkNews($0) }
    }
}
