import Octets
import Rings

/// Where everything lies in the shared region. Computed alike on both sides from the same configuration,
/// so that only the configuration and one size have to be told.
package struct MediaLayout: Sendable, Equatable {
    package static let magic: UInt64 = 0x54_41_4E_44_45_4D_30_31
    /// Raised with every change of any type that lies in the region.
    package static let version: UInt32 = 1

    static let headerBytes = 4096
    static let configurationOffset = 64
    static let reportOffset = 1024
    /// Words that both sides poll, a cache line each.
    static func wordOffset(_ index: Int) -> Int { 2048 + 128 * index }

    static let commandCapacity = 4096
    static let eventCapacity = 16384
    static let slowCapacity = 64
    static let laneCapacity = 64

    let commands: Int
    let subtracts: Int
    let subtractCapacity: Int
    let events: Int
    let shard: Int
    let counters: Int
    let slowUp: Int
    let slowDown: Int
    let lanes: Int
    /// The media plane's own memory: flow table, contexts, frames.
    package let mediaPrivate: Int
    package let mediaPrivateBytes: Int
    package let total: Int

    /// Lays the region out; sizes in octets, offsets from the region's start.
    package init(configuration: MediaConfiguration, mediaPrivateBytes: Int) {
        var next = Self.headerBytes
        func place(_ bytes: Int) -> Int {
            let offset = (next + 127) & ~127
            next = offset + bytes
            return offset
        }
        let contexts = Int(configuration.contexts)
        commands = place(SPSCRing<MediaCommand>.byteCount(capacity: Self.commandCapacity))
        subtractCapacity = (contexts + 1).roundedUpToPowerOfTwo
        subtracts = place(SPSCRing<SubtractOrder>.byteCount(capacity: subtractCapacity))
        events = place(SPSCRing<MediaEvent>.byteCount(capacity: Self.eventCapacity))
        shard = place(SeqlockCell<ShardCounters>.byteCount)
        counters = place(SeqlockArray<TerminationCounters>.byteCount(count: contexts * 2))
        slowUp = place(SPSCRing<SlowDatagram>.byteCount(capacity: Self.slowCapacity))
        slowDown = place(SPSCRing<SlowDatagram>.byteCount(capacity: Self.slowCapacity))
        lanes = place(Self.laneStride * Int(configuration.lanes) * 2)
        next = (next + 4095) & ~4095
        mediaPrivate = place(mediaPrivateBytes)
        self.mediaPrivateBytes = mediaPrivateBytes
        total = (next + 4095) & ~4095
    }

    /// Size of one lane's ring, octets.
    static var laneStride: Int { (SPSCRing<AudioBlock>.byteCount(capacity: laneCapacity) + 127) & ~127 }
}

extension Int {
    /// The least power of two that is not below this number (at least 1).
    var roundedUpToPowerOfTwo: Int {
        self <= 1 ? 1 : 1 << (Int.bitWidth - (self - 1).leadingZeroBitCount)
    }
}
