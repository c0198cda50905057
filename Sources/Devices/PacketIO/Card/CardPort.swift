import CLinux
import InetStack
import InetWire
import Octets
package import PacketDemux
import Rings
import Timing

/// The interface that the real-time plane owns: tells frames apart, makes frames of datagrams, knows the link.
///
/// What it can't do goes the slow way, by the kernel sockets of the same ports: peers on this machine, stations
/// whose MAC address is not known yet (the kernel asks for it, and we hear the answer), fragments, packets longer than
/// the link takes. Owner: the media thread. Laid out in Setup/.
package struct CardPort: Sendable {
    /// Changes taken in one cycle.
    static var changeLimit: Int { @_noAllocation @_noLocks get { 64 } }

    let socket: Int32
    let bell: Int32
    let changes: SPSCRing<InterfaceEvent>
    var identity: FrameComposer
    let neighbors: NeighborCache
    var routes: RouteTable
    let ports: PortMap
    /// What became of received frames.
    package internal(set) var counters: FrameCounters
    /// Datagrams that left as frames of ours, and those that went the slow way.
    package internal(set) var framesOut: UInt64
    package internal(set) var slowOut: UInt64

    /// Takes what has changed since. RT safe: at most 64 changes, each at most `NeighborCache.capacity` steps.
    @_noAllocation @_noLocks
    mutating func takeChanges(now: MonotonicInstant) {
        var left = Self.changeLimit
        while left > 0, let change = changes.pop() {
            take(change, now: now)
            left &-= 1
        }
        if left == 0 { _ = clinux_eventfd_signal(bell) }
    }

    /// RT safe.
    @_noAllocation @_noLocks
    private mutating func take(_ change: InterfaceEvent, now: MonotonicInstant) {
        switch change {
        case .link(let state): identity.link = state
        case .neighbor(let address, let link): _ = neighbors.learn(address, link, now: now)
        case .neighborLost(let address): neighbors.forget(address)
        case .route(let route): routes.insert(route)
        case .routeLost(let route): routes.remove(route)
        case .reset:
            routes.removeAll()
            neighbors.forgetAll()
        }
    }

    /// The datagram in a received frame; nil if the frame is not for the real-time plane. RT safe: as
    /// `FrameDemux.classify`.
    ///
    /// - Parameter checksum: CLINUX_CHECKSUM_…: what the kernel knows of the transport checksum.
    @_noAllocation @_noLocks
    mutating func datagram(
        in frame: OctetBuffer, checksum: UInt8, isTagged: Bool, now: MonotonicInstant
    ) -> FramedDatagram? {
        let state: ChecksumState =
            checksum == CLINUX_CHECKSUM_PARTIAL
            ? .partial : checksum == CLINUX_CHECKSUM_VERIFIED ? .verified : .unverified
        let verdict: FrameVerdict =
            isTagged ? .general : FrameDemux.classify(frame, checksum: state, identity: identity, ports: ports)
        counters.count(verdict)
        switch verdict {
        case .realTime(let datagram): return datagram
        case .both(let address, let link):
            neighbors.update(address, link, now: now)
            return nil
        case .general, .dropped: return nil
        }
    }

    /// Makes a frame of a datagram, in front of which there is room for its headers; nil if it has to go the slow way.
    /// RT safe: at most 64 routes, one pass over the payload.
    @_noAllocation @_noLocks
    mutating func frame(of datagram: EgressDatagram) -> OctetBuffer? {
        guard let number = ports.number(of: datagram.port), !identity.owns(datagram.destination.address),
            let hop = routes.nextHop(to: datagram.destination.address), let station = neighbors.link(of: hop)
        else {
            slowOut &+= 1
            return nil
        }
        let headers = FrameComposer.longestHeaders
        // Why unsafe: the window is widened to the front. Why sound: every datagram of an egress batch lies behind the
        // headroom of its frame, which is twice as long and nobody else's.
        let window = unsafe OctetBuffer(
            start: datagram.octets.start - headers, count: datagram.octets.count &+ headers)
        let start = identity.compose(
            in: window, payloadAt: headers, from: number, to: datagram.destination, station: station)
        guard let start else {
            slowOut &+= 1
            return nil
        }
        framesOut &+= 1
        return window.suffix(from: start)
    }
}
