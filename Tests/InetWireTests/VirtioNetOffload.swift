import InetWire
import Octets
import Testing

@Suite("Virtio 1.2 §5.1.6 offload header")
struct VirtioNetOffload {
    private func seed(_ name: String) -> (header: Packet, frame: Packet) {
        let octets = Frames.seed(name, of: "virtio-net")
        return (Packet(Array(octets.prefix(10))), Packet(Array(octets.dropFirst(10))))
    }

    @Test("a frame of the kernel whose checksum is partial is completed to what a wire would carry")
    func complete() {
        let (octets, frame) = seed("udp-needs-checksum")
        #expect(VirtioNetHeader.problem(in: octets.window, frameCount: frame.window.count) == nil)
        var header = VirtioNetHeader(octets.window)
        #expect(header.needsChecksum && header.checksumStart == 34 && header.checksumOffset == 6)
        #expect(header.checksumState == .partial)
        #expect(header == VirtioNetHeader(udpChecksumFrom: 34))
        let isComplete = header.completeChecksum(in: frame.window)
        #expect(isComplete && frame.octets == Frames.frame("udp"))
        #expect(header == VirtioNetHeader() && header.checksumState == .unverified)
        let isStillComplete = header.completeChecksum(in: frame.window)
        #expect(isStillComplete && frame.octets == Frames.frame("udp"))
    }

    @Test("flags and kinds of segmentation")
    func fields() {
        #expect(VirtioNetHeader(seed("data-valid").header.window).checksumState == .verified)
        let tcp = VirtioNetHeader(seed("tcp-segments").header.window)
        #expect(tcp.segments == .tcpv4 && tcp.hasECN && tcp.segmentSize == 1_460 && tcp.headersCount == 66)
        let udp = VirtioNetHeader(seed("udp-segments").header.window)
        #expect(udp.segments == .udpDatagrams && udp.segmentSize == 172 && udp.checksumState == .unverified)
    }

    @Test(
        "what is emitted is what was read",
        arguments: [
            "udp-needs-checksum", "data-valid", "tcp-segments", "udp-segments",
        ])
    func roundTrip(name: String) {
        let octets = seed(name).header
        let copy = Packet(count: 10)
        #expect(VirtioNetHeader(octets.window).emit(into: copy.window) == 10 && copy.octets == octets.octets)
        #expect(VirtioNetHeader(octets.window).emit(into: copy.window.prefix(9)) == nil)
    }

    @Test("a checksum outside the frame, an unknown segmentation and one without a size are refused")
    func refused() {
        let (octets, frame) = seed("udp-needs-checksum")
        for count in 0...frame.window.count {
            let problem = VirtioNetHeader.problem(in: octets.window, frameCount: count)
            #expect(problem == (count < 42 ? .checksumPlace : nil), "\(count)")
            var header = VirtioNetHeader(octets.window)
            let isComplete = header.completeChecksum(in: Packet(Array(frame.octets.prefix(count))).window)
            #expect(isComplete == (count >= 42))
        }
        let unknown = Packet(hex("00 02 0000 0100 0000 0000"))
        #expect(VirtioNetHeader.problem(in: unknown.window, frameCount: 60) == .segmentation)
        #expect(VirtioNetHeader(unknown.window).segments == .none)
        let noSize = Packet(hex("00 01 0000 0000 0000 0000"))
        #expect(VirtioNetHeader.problem(in: noSize.window, frameCount: 60) == .segmentation)
        for count in 0..<10 {
            #expect(VirtioNetHeader.problem(in: octets.window.prefix(count), frameCount: 60) == .truncated)
        }
    }

    @Test("completing equals computing at once: 1,000 datagrams of both families")
    func equalsComplete() {
        var generator = SplitMix(seed: 10)
        for round in 0..<1_000 {
            let packet = Packet(generator.octets(8 + Int(generator.next() % 64)))
            let address: (inout SplitMix) -> InetAddress = {
                round % 2 == 0 ? .ipv4($0.number()) : InetAddress(high: 9, low: $0.number())
            }
            let (source, destination) = (address(&generator), address(&generator))
            let udp = UDPHeader(
                sourcePort: generator.number(), destinationPort: generator.number(),
                payloadCount: UInt16(packet.window.count - 8))
            _ = udp.emit(into: packet.window, source: source, destination: destination, checksum: .complete)
            let complete = packet.octets
            _ = udp.emit(into: packet.window, source: source, destination: destination, checksum: .partial)
            var header = VirtioNetHeader(udpChecksumFrom: 0)
            let isComplete = header.completeChecksum(in: packet.window)
            #expect(isComplete && packet.octets == complete)
        }
    }
}
