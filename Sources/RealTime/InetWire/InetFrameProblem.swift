/// Why a frame could not be read to its end: one counter stands for each. Says what the formats' own verdicts say.
package enum InetFrameProblem: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    case ethernetTruncated
    /// An IEEE 802.3 frame.
    case notEthernetII
    /// More than two VLAN tags.
    case tooManyTags
    case arpTruncated
    /// Neither request nor reply of IPv4 over Ethernet.
    case arpFormat
    case ipv4Truncated
    case ipv4Version
    case ipv4HeaderLength
    case ipv4TotalLength
    case ipv4Checksum
    case ipv4Fragment
    case ipv6Truncated
    case ipv6Version
    case ipv6MappedAddress
    case ipv6ExtensionTruncated
    case ipv6ExtensionLimit
    case ipv6HopByHopPlace
    case ipv6Fragment
    case udpTruncated
    case udpLength
    /// Shorter than the TCP header.
    case tcpTruncated

    /// Number of reasons. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 21 } }

    /// Index of the reason's counter, 0 ..< `count`. RT safe.
    package var slot: Int { @_noAllocation @_noLocks get { Int(rawValue) } }

    @_noAllocation @_noLocks
    package static func == (left: InetFrameProblem, right: InetFrameProblem) -> Bool {
        left.rawValue == right.rawValue
    }

    /// RT safe.
    @_noAllocation @_noLocks
    init(_ problem: EthernetProblem) {
        switch problem {
        case .truncated: self = .ethernetTruncated
        case .notEthernetII: self = .notEthernetII
        case .tooManyTags: self = .tooManyTags
        }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    init(_ problem: ARPProblem) {
        switch problem {
        case .truncated: self = .arpTruncated
        case .hardware, .protocolType, .operation: self = .arpFormat
        }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    init(_ problem: IPv4Problem) {
        switch problem {
        case .truncated: self = .ipv4Truncated
        case .version: self = .ipv4Version
        case .headerLength: self = .ipv4HeaderLength
        case .totalLength: self = .ipv4TotalLength
        case .checksum: self = .ipv4Checksum
        case .fragment: self = .ipv4Fragment
        }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    init(_ problem: IPv6Problem) {
        switch problem {
        case .truncated: self = .ipv6Truncated
        case .version: self = .ipv6Version
        case .mappedAddress: self = .ipv6MappedAddress
        case .extensionTruncated: self = .ipv6ExtensionTruncated
        case .extensionLimit: self = .ipv6ExtensionLimit
        case .hopByHopPlace: self = .ipv6HopByHopPlace
        case .fragment: self = .ipv6Fragment
        }
    }
}
