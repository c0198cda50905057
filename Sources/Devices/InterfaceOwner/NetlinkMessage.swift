/// Why octets of a route netlink socket can't be read.
package enum NetlinkProblem: Error, Equatable, Sendable {
    /// A message or an attribute ends before the length that it tells.
    case truncated
}

/// The kinds of messages that we send and understand. rtnetlink(7).
package enum NetlinkKind {
    static let error: UInt16 = 2
    static let done: UInt16 = 3
    static let newLink: UInt16 = 16
    static let deleteLink: UInt16 = 17
    static let getLink: UInt16 = 18
    static let newAddress: UInt16 = 20
    static let deleteAddress: UInt16 = 21
    static let getAddress: UInt16 = 22
    static let newRoute: UInt16 = 24
    static let deleteRoute: UInt16 = 25
    static let getRoute: UInt16 = 26
    static let newNeighbor: UInt16 = 28
    static let deleteNeighbor: UInt16 = 29
    static let getNeighbor: UInt16 = 30
}

/// One message of a route netlink socket: what kind, and what stands behind its header.
///
///     length 4 | kind 2 | flags 2 | sequence 4 | port 4 | body        numbers in the machine's own order
package struct NetlinkMessage: Equatable, Sendable {
    static let headerCount = 16

    package let kind: UInt16
    let sequence: UInt32
    package let body: [UInt8]

    /// All messages of one read, in order.
    package static func all(in octets: ArraySlice<UInt8>) throws(NetlinkProblem) -> [NetlinkMessage] {
        var messages: [NetlinkMessage] = []
        var rest = octets
        while rest.count >= headerCount {
            let length = Int(rest.word32(at: 0))
            guard length >= headerCount, length <= rest.count else { throw .truncated }
            messages.append(
                NetlinkMessage(
                    kind: rest.word16(at: 4), sequence: rest.word32(at: 8),
                    body: Array(rest.dropFirst(headerCount).prefix(length - headerCount))))
            rest = rest.dropFirst(min(rest.count, padded(length)))
        }
        guard rest.isEmpty else { throw .truncated }
        return messages
    }

    /// The attributes behind a fixed part of `offset` octets, by number; of a repeated one the last counts.
    func attributes(from offset: Int) throws(NetlinkProblem) -> [UInt16: ArraySlice<UInt8>] {
        guard body.count >= offset else { throw .truncated }
        var found: [UInt16: ArraySlice<UInt8>] = [:]
        var rest = body.dropFirst(offset)
        while rest.count >= 4 {
            let length = Int(rest.word16(at: 0))
            guard length >= 4, length <= rest.count else { throw .truncated }
            // The two upper bits say how the attribute is coded, not which it is.
            found[rest.word16(at: 2) & 0x3FFF] = rest.dropFirst(4).prefix(length - 4)
            rest = rest.dropFirst(min(rest.count, padded(length)))
        }
        return found
    }
}

/// Messages and attributes begin at multiples of four octets.
func padded(_ length: Int) -> Int { (length + 3) & ~3 }

extension ArraySlice<UInt8> {
    /// Two octets `offset` behind the start, in the machine's order; 0 where they are not.
    func word16(at offset: Int) -> UInt16 {
        guard count >= offset + 2 else { return 0 }
        return UInt16(self[startIndex + offset]) | UInt16(self[startIndex + offset + 1]) << 8
    }

    /// Four octets `offset` behind the start, in the machine's order; 0 where they are not.
    func word32(at offset: Int) -> UInt32 {
        guard count >= offset + 4 else { return 0 }
        return UInt32(word16(at: offset)) | UInt32(word16(at: offset + 2)) << 16
    }
}
