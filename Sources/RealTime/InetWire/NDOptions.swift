package import Octets

/// Why an ICMPv6 message is none of neighbour discovery that may be taken. RFC 4861 §6.1.2, §7.1.
package enum NDProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// Shorter than its fixed part.
    case truncated
    /// Hop limit below 255: it came from beyond a router.
    case hopLimit
    /// Code is not 0.
    case code
    /// The target is a group or unspecified.
    case target
    /// An option of length 0, or one that ends beyond the message.
    case option
    /// More options than are read.
    case tooManyOptions
    /// Source or destination address that such a message can't have.
    case address
}

/// The options of a neighbour discovery message, read in place. RFC 4861 §4.6.
///
///     (type 1 | length 1, in units of eight octets | data) × 0…16
package struct NDOptions: Sendable, BitwiseCopyable {
    /// Options read of one message at most: the bound of every walk.
    package static var limit: Int { @_noAllocation @_noLocks get { 16 } }

    private let octets: OctetBuffer

    /// Says why the options can't be walked, nil when they can. RT safe, at most `limit` steps.
    @_noAllocation @_noLocks
    package static func problem(in octets: OctetBuffer) -> NDProblem? {
        var offset = 0
        var count = 0
        while offset < octets.count {
            guard count < limit else { return .tooManyOptions }
            guard octets.contains(2, at: offset) else { return .option }
            let length = 8 &* Int(octets.octet(at: offset &+ 1))
            guard length > 0, octets.contains(length, at: offset) else { return .option }
            offset &+= length
            count &+= 1
        }
        return nil
    }

    /// RT safe.
    /// - Parameter octets: octets for which `problem(in:)` is nil.
    @_noAllocation @_noLocks
    package init(_ octets: OctetBuffer) { self.octets = octets }

    /// The option of `type` that `skipped` others precede, with type and length; nil if there is none.
    /// RT safe, at most `limit` steps.
    @_noAllocation @_noLocks
    package func option(_ type: UInt8, behind skipped: Int = 0) -> OctetBuffer? {
        var offset = 0
        var left = skipped
        while octets.contains(8, at: offset) {
            let length = 8 &* Int(octets.octet(at: offset &+ 1))
            guard length > 0, octets.contains(length, at: offset) else { return nil }
            if octets.octet(at: offset) == type {
                if left == 0 { return octets.slice(from: offset, count: length) }
                left &-= 1
            }
            offset &+= length
        }
        return nil
    }

    /// Source link-layer address. RFC 4861 §4.6.1. RT safe, at most `limit` steps.
    package var sourceLink: MACAddress? { @_noAllocation @_noLocks get { link(1) } }

    /// Target link-layer address. RFC 4861 §4.6.1. RT safe, at most `limit` steps.
    package var targetLink: MACAddress? { @_noAllocation @_noLocks get { link(2) } }

    /// RFC 2464 §6: eight octets. RT safe.
    @_noAllocation @_noLocks
    private func link(_ type: UInt8) -> MACAddress? {
        guard let option = option(type), option.count == 8 else { return nil }
        return MACAddress(option, at: 2)
    }

    /// Writes the target of a neighbour message and, if it is known, the link-layer address option of `type`; says
    /// how long the message is, nil if there is no room. RT safe, O(1).
    @_noAllocation @_noLocks
    static func emit(target: InetAddress, link: MACAddress?, _ type: UInt8, into octets: OctetBuffer) -> Int? {
        guard octets.count >= 24 else { return nil }
        octets.set(ipv6Address: target, at: 8)
        guard let link else { return 24 }
        guard octets.count >= 32 else { return nil }
        octets.set(octet: type, at: 24)
        octets.set(octet: 1, at: 25)
        link.emit(into: octets, at: 26)
        return 32
    }
}
