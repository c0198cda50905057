package import InetWire
package import Octets

/// A datagram for the real-time plane, where it lies in its frame.
package struct FramedDatagram: Sendable, BitwiseCopyable {
    package let port: LocalPort
    package let source: InetEndpoint
    /// Where the payload begins in the frame, and its octets.
    package let offset: UInt16
    package let count: UInt16

    /// RT safe.
    @_noAllocation @_noLocks
    init(port: LocalPort, source: InetEndpoint, offset: UInt16, count: UInt16) {
        self.port = port
        self.source = source
        self.offset = offset
        self.count = count
    }
}

/// Why a frame goes to neither side. One counter stands for each.
package enum FrameDrop: UInt8, CaseIterable, Sendable, BitwiseCopyable {
    /// For another station of the link.
    case otherStation
    /// Cut short, or one of its headers does not fit.
    case malformed
    /// The IPv4 header's checksum does not fit.
    case headerChecksum
    /// A datagram for a reserved port whose checksum does not fit.
    case datagramChecksum

    /// Number of reasons. RT safe.
    package static var count: Int { @_noAllocation @_noLocks get { 4 } }

    @_noAllocation @_noLocks
    package static func == (left: FrameDrop, right: FrameDrop) -> Bool { left.rawValue == right.rawValue }
}

/// Where a frame goes.
package enum FrameVerdict: Sendable, BitwiseCopyable {
    /// At once to the real-time plane's port.
    case realTime(FramedDatagram)
    /// To the general-purpose plane, untouched.
    case general
    /// To the general-purpose plane, and the real-time plane learns where a station is.
    case both(InetAddress, MACAddress)
    case dropped(FrameDrop)
}

/// What the demultiplexer has counted. Owner: the media thread.
package struct FrameCounters: Sendable, BitwiseCopyable {
    package private(set) var realTime: UInt64 = 0
    package private(set) var general: UInt64 = 0
    package private(set) var both: UInt64 = 0
    package private(set) var otherStation: UInt64 = 0
    package private(set) var malformed: UInt64 = 0
    package private(set) var headerChecksum: UInt64 = 0
    package private(set) var datagramChecksum: UInt64 = 0

    /// All zero. RT safe.
    @_noAllocation @_noLocks
    package init() {}

    /// Counts a frame where it went. RT safe.
    @_noAllocation @_noLocks
    package mutating func count(_ verdict: FrameVerdict) {
        switch verdict {
        case .realTime: realTime &+= 1
        case .general: general &+= 1
        case .both: both &+= 1
        case .dropped(.otherStation): otherStation &+= 1
        case .dropped(.malformed): malformed &+= 1
        case .dropped(.headerChecksum): headerChecksum &+= 1
        case .dropped(.datagramChecksum): datagramChecksum &+= 1
        }
    }

    /// Frames that went to neither side. RT safe.
    package var dropped: UInt64 {
        @_noAllocation @_noLocks get { otherStation &+ malformed &+ headerChecksum &+ datagramChecksum }
    }
}
