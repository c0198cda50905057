import CLinux
package import Octets

/// What the media sockets are to be.
package struct SocketConfiguration: Sendable {
    /// Local addresses; unspecified = that family is not used. One at least is given.
    package var address4: InetAddress
    package var address6: InetAddress
    /// The first even port of the pool, and how many pairs are opened at start.
    package var firstPort: UInt16
    package var pairCount: Int
    /// Pairs that may be open at once.
    package var pairCapacity: Int
    /// DSCP of all that is sent, 0...63; 46 is Expedited Forwarding (RFC 3246).
    package var dscp: UInt8
    /// Octets asked for each socket's receive buffer.
    package var receiveBuffer: Int
    /// The descriptor that the control side rings.
    package var bell: Int32
    /// Whether io_uring is asked for; without it, or where it is refused, each socket has calls of its own.
    package var usesRing: Bool

    package init(
        address4: InetAddress, address6: InetAddress = .unspecified, firstPort: UInt16, pairCount: Int,
        pairCapacity: Int, dscp: UInt8 = 46, receiveBuffer: Int = 1 << 20, bell: Int32, usesRing: Bool = true
    ) {
        self.address4 = address4
        self.address6 = address6
        self.firstPort = firstPort
        self.pairCount = pairCount
        self.pairCapacity = max(pairCapacity, pairCount)
        self.dscp = dscp
        self.receiveBuffer = receiveBuffer
        self.bell = bell
        self.usesRing = usesRing
    }
}

/// Why the sockets could not be had. Numbers are the system's errno.
package enum PortProblem: Error, Equatable, Sendable {
    /// A port of the pool can't be bound.
    case port(UInt16, Int32)
    /// The kernel's set for waiting can't be made.
    case wait(Int32)
    /// The helper thread that opens and closes ports can't be started.
    case keeper(Int32)

    /// errno of the refusal.
    package var number: Int32 {
        switch self {
        case .port(_, let number), .wait(let number), .keeper(let number): return number
        }
    }

    /// The port that it happened at; 0 = none.
    package var port: UInt16 {
        switch self {
        case .port(let port, _): return port
        case .wait, .keeper: return 0
        }
    }
}

/// Opens the sockets of one pair, bound, marked and sized.
struct PairOpener: Sendable {
    let configuration: SocketConfiguration

    /// All four sockets of a pair, or the two of the one family in use; or the port and errno of the refusal.
    func open(_ number: UInt16) throws(PortProblem) -> PairSockets {
        var sockets = PairSockets.none
        do throws(PortProblem) {
            if !configuration.address4.isUnspecified || configuration.address6.isUnspecified {
                sockets.rtp4 = try socket(
                    configuration.address4.ipv4 == nil ? .ipv4(0) : configuration.address4, number)
                sockets.rtcp4 = try socket(
                    configuration.address4.ipv4 == nil ? .ipv4(0) : configuration.address4, number + 1)
            }
            if !configuration.address6.isUnspecified {
                sockets.rtp6 = try socket(configuration.address6, number)
                sockets.rtcp6 = try socket(configuration.address6, number + 1)
            }
        } catch {
            close(sockets)
            throw error
        }
        return sockets
    }

    func close(_ sockets: PairSockets) {
        for place in 0..<SocketIndex.perPair where sockets.descriptor(place) >= 0 {
            _ = clinux_close(sockets.descriptor(place))
        }
    }

    private func socket(_ address: InetAddress, _ port: UInt16) throws(PortProblem) -> Int32 {
        var local = clinux_endpoint()
        local.high = address.high
        local.low = address.low
        local.port = port
        // Why unsafe: passes an address. Why sound: the value outlives the call.
        let descriptor = unsafe clinux_udp_open(&local)
        guard descriptor >= 0 else { throw .port(port, -descriptor) }
        mark(descriptor)
        return descriptor
    }

    /// Options that make a port better but whose refusal is no reason to go without it: a container may forbid
    /// the marking, and the kernel may grant a smaller buffer.
    private func mark(_ descriptor: Int32) {
        _ = clinux_enable_overflow_count(descriptor)
        _ = clinux_set_tos(descriptor, Int32(configuration.dscp) * 4)
        _ = clinux_set_priority(descriptor, 6)
        _ = clinux_set_receive_buffer(descriptor, Int32(clamping: configuration.receiveBuffer))
        _ = clinux_set_send_buffer(descriptor, Int32(clamping: configuration.receiveBuffer))
    }
}
