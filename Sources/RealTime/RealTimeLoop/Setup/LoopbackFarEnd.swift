import CLinux
package import Octets

/// A far end on this machine for measurements: one socket that sends G.711 packets of many streams and takes what
/// comes back. Owner: one thread.
@safe package final class LoopbackFarEnd {
    /// One stream that it sends: where to, and its SSRC.
    package struct Stream: Sendable {
        package let destination: InetEndpoint
        package let source: UInt32

        package init(destination: InetEndpoint, source: UInt32) {
            self.destination = destination
            self.source = source
        }
    }

    private static let slots = 64
    private static let packetOctets = 172

    /// Where it sends from and receives.
    package let endpoint: InetEndpoint
    private let socket: Int32
    // Why unsafe: frames and the kernel's structures by address. Why sound: allocated in `init`, freed in `deinit`.
    private let memory: UnsafeMutableRawPointer
    private let batch: OpaquePointer
    private let frames: OctetBuffer

    /// Opens a socket on 127.0.0.1 at a port of the system's choice; nil if the system has none.
    package init?() {
        var local = clinux_endpoint()
        local.low = InetAddress.ipv4(0x7F00_0001).low
        let socket = unsafe clinux_udp_open(&local)
        guard socket >= 0, unsafe clinux_local_endpoint(socket, &local) == 0 else { return nil }
        _ = clinux_set_receive_buffer(socket, 4 << 20)
        self.socket = socket
        endpoint = InetEndpoint(address: .ipv4(0x7F00_0001), port: local.port)
        let batchOctets = Int(clinux_batch_octets(UInt32(Self.slots)))
        let frameOctets = 2 * Self.slots * 2_048
        unsafe memory = .allocate(byteCount: batchOctets + frameOctets, alignment: 64)
        unsafe batch = clinux_batch_place(memory, UInt32(Self.slots))
        unsafe frames = OctetBuffer(start: memory + batchOctets, count: frameOctets)
        for slot in 0..<Self.slots {
            let landing = frames.slice(from: (Self.slots + slot) * 2_048, count: 2_048)
            unsafe clinux_batch_set_frame(batch, UInt32(slot), landing.start, 2_048)
        }
    }

    deinit {
        _ = clinux_close(socket)
        unsafe memory.deallocate()
    }

    /// Sends one 20 ms packet of each stream (64 at most).
    /// - Returns: how many the kernel took.
    @discardableResult
    package func send(_ streams: [Stream], sequence: UInt16) -> Int {
        var list: [clinux_outgoing] = unsafe []
        for (slot, stream) in streams.prefix(Self.slots).enumerated() {
            let packet = frames.slice(from: slot * 2_048, count: Self.packetOctets)
            packet.set(uint16: 0x8000, at: 0)
            packet.set(uint16: sequence, at: 2)
            packet.set(uint32: UInt32(sequence) &* 160, at: 4)
            packet.set(uint32: stream.source, at: 8)
            packet.fill(0xFF, from: 12, count: 160)
            let target = clinux_endpoint(
                high: stream.destination.address.high, low: stream.destination.address.low,
                port: stream.destination.port, reserved: (0, 0, 0))
            // Why unsafe: an address goes into the kernel's list. Why sound: the frame outlives the call below.
            unsafe list.append(
                clinux_outgoing(
                    target: target, octets: UnsafeRawPointer(packet.start), length: UInt32(Self.packetOctets),
                    problem: 0))
        }
        return unsafe Int(clinux_batch_send(batch, socket, &list, UInt32(list.count)))
    }

    /// Takes everything that has arrived.
    /// - Returns: how many datagrams it was.
    @discardableResult
    package func drain() -> Int {
        var received = [clinux_received](repeating: clinux_received(), count: Self.slots)
        var total = 0
        while true {
            let count = unsafe clinux_batch_receive(batch, socket, UInt32(Self.slots), &received)
            if count <= 0 { return total }
            total += Int(count)
        }
    }
}
