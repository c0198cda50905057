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
/// whose MAC address is not known yet, fragments, packets longer than the link takes. Owner: the media thread. Laid out
/// in Setup/.
package struct CardPort: Sendable {
    /// Changes taken in one cycle.
    static var changeLimit: Int { @_noAllocation @_noLocks get { 64 } }
    /// Questions for MAC addresses that wait to be sent, and the room of each.
    static var questionLimit: Int { @_noAllocation @_noLocks get { 16 } }
    static var questionRoom: Int { @_noAllocation @_noLocks get { 128 } }

    let socket: Int32
    let bell: Int32
    let changes: SPSCRing<InterfaceEvent>
    var composer: FrameComposer
    var neighbors: NeighborCache
    var routes: RouteTable
    let ports: PortMap
    let trafficClass: TrafficClass
    let sendsFrames: Bool
    let questions: OctetBuffer
    let questionCounts: SlotArray<UInt8>
    var questionCount: Int
    /// What became of received frames.
    package let counters: FrameCounters
    /// Datagrams that left as frames of ours, and those that went the slow way.
    package internal(set) var framesOut: UInt64
    package internal(set) var slowOut: UInt64

    /// Takes what has changed since. RT safe: at most 64 changes, each one pass over the routes.
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
        case .link(let state):
            composer.identity.link = state.address
            composer.identity.mtu = state.mtu
            composer.identity.isUp = state.isUp
        case .neighbor(let address, let link, let state): neighbors.mirror(address, link, state, at: now)
        case .route(let route): routes.add(route)
        case .routeLost(let route): routes.remove(route)
        case .reset: routes.removeAll()
        }
    }

    /// The datagram in a received frame with the port that it is for; nil if the frame is not for the real-time plane.
    /// RT safe: as `FrameDemux.classify`.
    ///
    /// - Parameter checksum: CLINUX_CHECKSUM_…: what the kernel knows of the transport checksum.
    @_noAllocation @_noLocks
    mutating func datagram(
        in octets: OctetBuffer, checksum: UInt8, now: MonotonicInstant
    ) -> (FramedDatagram, LocalPort)? {
        let state: ChecksumState =
            checksum == CLINUX_CHECKSUM_PARTIAL
            ? .partial : checksum == CLINUX_CHECKSUM_VERIFIED ? .verified : .unverified
        let frame = InetFrame(octets)
        let verdict = FrameDemux.classify(
            frame, octets, checksum: state, identity: composer.identity, ports: ports.set)
        counters.count(verdict)
        switch verdict {
        case .realTime(let datagram):
            guard let port = ports.port(datagram.localPort) else { return nil }
            return (datagram, port)
        case .both:
            neighbors.learn(from: frame, octets, checksum: state, at: now)
            return nil
        case .general, .dropped: return nil
        }
    }
}
