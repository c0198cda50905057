/// Puts a message for a route netlink socket together.
package struct NetlinkRequest: Equatable, Sendable {
    static let request: UInt16 = 1
    static let acknowledge: UInt16 = 4
    static let replace: UInt16 = 0x100
    static let create: UInt16 = 0x400
    static let dump: UInt16 = 0x300

    package private(set) var octets: [UInt8]

    /// - Parameter fixed: what stands in front of the attributes.
    init(_ kind: UInt16, flags: UInt16 = acknowledge, sequence: UInt32 = 0, fixed: [UInt8]) {
        octets = []
        append(word32: 0)
        append(word16: kind)
        append(word16: flags | Self.request)
        append(word32: sequence)
        append(word32: 0)
        octets += fixed
        close()
    }

    mutating func add(_ attribute: UInt16, _ value: some Collection<UInt8>) {
        append(word16: UInt16(value.count + 4))
        append(word16: attribute)
        octets += value
        octets += [UInt8](repeating: 0, count: padded(octets.count) - octets.count)
        close()
    }

    mutating func add(_ attribute: UInt16, word32 value: UInt32) { add(attribute, Self.octets(value)) }

    /// The message with the number that its answer will carry.
    func numbered(_ sequence: UInt32) -> [UInt8] {
        var numbered = octets
        numbered.replaceSubrange(8..<12, with: Self.octets(sequence))
        return numbered
    }

    /// A number in the machine's order.
    static func octets(_ value: UInt32) -> [UInt8] {
        [
            UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8),
            UInt8(truncatingIfNeeded: value >> 16), UInt8(truncatingIfNeeded: value >> 24),
        ]
    }

    private mutating func close() { octets.replaceSubrange(0..<4, with: Self.octets(UInt32(octets.count))) }

    private mutating func append(word32 value: UInt32) { octets += Self.octets(value) }

    private mutating func append(word16 value: UInt16) {
        octets += [UInt8(truncatingIfNeeded: value), UInt8(truncatingIfNeeded: value >> 8)]
    }
}

extension NetlinkRequest {
    /// Asks for everything of a kind: links, addresses, routes, neighbours.
    static func all(_ kind: UInt16) -> NetlinkRequest {
        NetlinkRequest(kind, flags: dump, fixed: [UInt8](repeating: 0, count: kind == NetlinkKind.getAddress ? 8 : 16))
    }

    /// Changes an interface.
    ///
    /// - Parameters:
    ///   - flags: bits of interface flags (IFF_UP 1, IFF_NOARP 0x80, …) to be set to `values`.
    static func setLink(_ index: UInt32, flags: UInt32 = 0, values: UInt32 = 0) -> NetlinkRequest {
        let fixed: [UInt8] = [0, 0, 0, 0] + octets(index) + octets(values) + octets(flags)
        return NetlinkRequest(NetlinkKind.newLink, fixed: fixed)
    }
}
