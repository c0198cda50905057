import InetStack
import InetWire
import Octets
import PacketDemux
import Rings
import Timing

extension CardPort {
    /// Makes a frame of a datagram, in front of which there is room for its headers; nil if it has to go the slow way.
    /// RT safe: one pass over the routes and one over the payload.
    @_noAllocation @_noLocks
    mutating func frame(of datagram: EgressDatagram, now: MonotonicInstant) -> OctetBuffer? {
        guard sendsFrames, let number = ports.number(of: datagram.port), let station = station(for: datagram, now: now)
        else {
            slowOut &+= 1
            return nil
        }
        let headers = FrameComposer.headroom
        // Why unsafe: the window is widened to the front. Why sound: every datagram of an egress batch lies behind the
        // headroom of its frame, which is nearly twice as long and nobody else's.
        let window = unsafe OctetBuffer(
            start: datagram.octets.start - headers, count: datagram.octets.count &+ headers)
        var path = DatagramPath(localPort: number, destination: datagram.destination, nextHop: station)
        path.trafficClass = trafficClass
        switch composer.compose(
            in: window, payloadOffset: headers, payloadCount: datagram.octets.count, path: path)
        {
        case .composed(let start, let count, _):
            framesOut &+= 1
            return window.slice(from: start, count: count)
        case .refused:
            slowOut &+= 1
            return nil
        }
    }

    /// The station of the link that takes a datagram; nil if it does not leave by this interface, or nobody knows the
    /// MAC address yet: it is asked for then, and the datagram goes the slow way. RT safe: one pass over the routes.
    @_noAllocation @_noLocks
    private mutating func station(for datagram: EgressDatagram, now: MonotonicInstant) -> MACAddress? {
        let address = datagram.destination.address
        // With routes missing nobody knows which is the longest prefix.
        guard routes.refused == 0, !composer.identity.has(address), let hop = routes.nextHop(for: address) else {
            return nil
        }
        switch neighbors.lookup(hop, at: now) {
        case .known(let link): return link
        case .confirm(let link):
            ask(for: hop, confirming: link)
            return link
        case .resolve:
            ask(for: hop, confirming: nil)
            return nil
        case .waiting, .impossible: return nil
        }
    }

    /// Lays a question for a MAC address ready to be sent. RT safe.
    @_noAllocation @_noLocks
    private mutating func ask(for address: InetAddress, confirming link: MACAddress?) {
        guard questionCount < Self.questionLimit else { return }
        let room = questions.slice(from: questionCount &* Self.questionRoom, count: Self.questionRoom)
        switch composer.question(for: address, confirming: link, in: room) {
        case .composed(_, let count, _):
            questionCounts[questionCount] = UInt8(truncatingIfNeeded: count)
            questionCount &+= 1
        case .refused: break
        }
    }

    /// The next question that waits to be sent; nil if there is none. It is to be sent before the next `frame`.
    /// RT safe.
    @_noAllocation @_noLocks
    mutating func nextQuestion() -> OctetBuffer? {
        guard questionCount > 0 else { return nil }
        questionCount &-= 1
        return questions.slice(from: questionCount &* Self.questionRoom, count: Int(questionCounts[questionCount]))
    }
}
