import CLinux
import Octets
import PacketDemux
import PacketIO
import Testing
import Timing

/// An open pool with its memory and batches, on loopback ports that were free.
final class PoolBox {
    static let loopback4 = InetAddress.ipv4(0x7F00_0001)
    static let loopback6 = InetAddress(high: 0, low: 1)

    private let memory: UnsafeMutableRawPointer
    private let bell: Int32
    private let pool: SocketPool
    let configuration: SocketConfiguration
    var sockets: MediaSockets
    var batch: DatagramBatch
    var egress: EgressBatch

    init(
        pairs: Int, capacity: Int, from base: UInt16, six: Bool = false, receiveBuffer: Int = 1 << 20,
        egressCapacity: Int = 128, usesRing: Bool = true
    ) throws {
        bell = clinux_eventfd_create()
        let size = SocketPool.byteCount(pairCapacity: capacity, egress: egressCapacity)
        let places = (size, DatagramBatch.byteCount, EgressBatch.byteCount(capacity: egressCapacity))
        memory = .allocate(byteCount: places.0 + places.1 + places.2, alignment: 128)
        let batch = DatagramBatch(at: memory + places.0)
        var opened: (SocketPool, SocketConfiguration)?
        for attempt in 0..<40 where opened == nil {
            let configuration = SocketConfiguration(
                address4: Self.loopback4, address6: six ? Self.loopback6 : .unspecified,
                firstPort: base + UInt16(attempt * 64), pairCount: pairs, pairCapacity: capacity,
                receiveBuffer: receiveBuffer, bell: bell, usesRing: usesRing)
            if let pool = try? SocketPool(at: memory, configuration, egress: egressCapacity, ingress: batch) {
                opened = (pool, configuration)
            }
        }
        (pool, configuration) = try #require(opened)
        sockets = pool.sockets
        self.batch = batch
        egress = EgressBatch(at: memory + places.0 + places.1, capacity: egressCapacity)
    }

    deinit {
        pool.close()
        _ = clinux_close(bell)
        memory.deallocate()
    }

    var ringRefusal: Int32 { pool.ringRefusal }
    var hasRing: Bool { sockets.sendsByRing && sockets.receivesByRing }

    func ring() { _ = clinux_eventfd_signal(bell) }

    /// UDP port number of a place in the pool.
    func number(_ pair: UInt16, _ channel: PortChannel = .rtp) -> UInt16 {
        configuration.firstPort + 2 * pair + (channel == .rtp ? 0 : 1)
    }

    var now: MonotonicInstant { MonotonicInstant(nanoseconds: clinux_now_ns()) }

    /// Waits for readiness and reads once.
    func receive() -> Bool {
        _ = sockets.wait(until: now + .seconds(2), now: now)
        return sockets.receive(into: &batch, now: now)
    }

    /// Sends `octets` from one of our ports.
    func send(_ octets: [UInt8], from pair: UInt16, _ channel: PortChannel = .rtp, to destination: InetEndpoint) throws
    {
        let taken = egress.takeFrame()
        let frame = try #require(taken)
        for (offset, octet) in octets.enumerated() { frame.set(octet: octet, at: offset) }
        let datagram = EgressDatagram(
            octets: frame.prefix(octets.count), port: LocalPort(pair: pair, channel: channel), destination: destination)
        let isTaken = egress.append(datagram)
        #expect(isTaken)
    }

    func received(_ index: Int) -> [UInt8] {
        let window = batch.octets(at: index)
        return (0..<window.count).map { window.octet(at: $0) }
    }
}
