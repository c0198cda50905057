package import InetWire
package import Octets
import Rings
package import Timing

/// A station of the link.
struct Neighbor: Sendable, BitwiseCopyable {
    /// Unspecified = an empty place.
    var address: InetAddress
    var link: MACAddress
    var seen: MonotonicInstant

    @_noAllocation @_noLocks
    init(address: InetAddress, link: MACAddress, seen: MonotonicInstant) {
        self.address = address
        self.link = link
        self.seen = seen
    }
}

/// Which MAC address each station of the link has: learned from ARP replies, neighbour advertisements and the
/// system's own table, never guessed.
///
/// A station has eight places that it can be in; when they are all taken the one that was heard of longest ago goes.
/// What is not here is not lost: its packets go the slow way, and the system asks for the address. Owner: the media
/// thread. Laid out in Setup/.
package struct NeighborCache: Sendable {
    /// Places: a power of two.
    package static var capacity: Int { @_noAllocation @_noLocks get { 1_024 } }
    /// Places that one address can be in.
    static var probes: Int { @_noAllocation @_noLocks get { 8 } }

    let places: SlotArray<Neighbor>
    /// Random, so that nobody can choose addresses that meet.
    private let seed: UInt64

    @_noAllocation @_noLocks
    init(places: SlotArray<Neighbor>, seed: UInt64) {
        self.places = places
        self.seed = seed
    }

    /// The MAC address of a station; nil if it is not known. RT safe: at most 8 steps.
    @_noAllocation @_noLocks
    package func link(of address: InetAddress) -> MACAddress? {
        guard let index = place(of: address) else { return nil }
        return places[index].link
    }

    /// Notes that a station has a MAC address. RT safe: at most 16 steps.
    ///
    /// - Returns: false, with nothing noted, for an address that no station can have.
    @_noAllocation @_noLocks
    package func learn(_ address: InetAddress, _ link: MACAddress, now: MonotonicInstant) -> Bool {
        guard link.isStation, !address.isUnspecified, !address.isMulticast else { return false }
        let index = place(of: address) ?? room(for: address)
        places[index] = Neighbor(address: address, link: link, seen: now)
        return true
    }

    /// As `learn` for a station that is known, and nothing for any other: an unasked-for announcement makes no
    /// neighbour. RFC 4861 §7.2.5, RFC 826. RT safe: at most 8 steps.
    @_noAllocation @_noLocks
    package func update(_ address: InetAddress, _ link: MACAddress, now: MonotonicInstant) {
        guard link.isStation, let index = place(of: address) else { return }
        places[index].link = link
        places[index].seen = now
    }

    /// Forgets a station. RT safe: at most 8 steps.
    @_noAllocation @_noLocks
    package func forget(_ address: InetAddress) {
        if let index = place(of: address) { places[index].address = .unspecified }
    }

    /// Forgets all stations. RT safe: `capacity` steps.
    @_noAllocation @_noLocks
    package func forgetAll() {
        var index = 0
        while index < places.count {
            places[index].address = .unspecified
            index &+= 1
        }
    }

    /// Where a station is. RT safe.
    @_noAllocation @_noLocks
    private func place(of address: InetAddress) -> Int? {
        let first = start(address)
        var step = 0
        while step < Self.probes {
            let index = (first &+ step) & (places.count &- 1)
            if places[index].address == address { return index }
            step &+= 1
        }
        return nil
    }

    /// An empty place for a new station, or the one that was heard of longest ago. RT safe.
    @_noAllocation @_noLocks
    private func room(for address: InetAddress) -> Int {
        let first = start(address)
        var oldest = first
        var step = 0
        while step < Self.probes {
            let index = (first &+ step) & (places.count &- 1)
            if places[index].address.isUnspecified { return index }
            if places[index].seen < places[oldest].seen { oldest = index }
            step &+= 1
        }
        return oldest
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private func start(_ address: InetAddress) -> Int {
        var mixed = (address.high ^ seed) &* 0x9E37_79B9_7F4A_7C15
        mixed = (mixed ^ mixed &>> 32 ^ address.low) &* 0xD6E8_FEB8_6659_FD93
        return Int(truncatingIfNeeded: mixed &>> 32) & (places.count &- 1)
    }
}
