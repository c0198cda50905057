import InetWire
import Octets
import Testing

@Suite("RFC 768 UDP, RFC 8200 §8.1")
struct RFC768_UDP {
    /// Addresses and datagram of a seed frame.
    private struct Datagram {
        let source: InetAddress
        let destination: InetAddress
        let segment: Packet

        init(_ name: String) {
            let octets = Packet(Frames.frame(name)).window
            let frame = InetFrame(octets)
            source = frame.source
            destination = frame.destination
            segment = Packet(frame.transport(of: octets).octets)
        }

        func problem(_ state: ChecksumState = .unverified) -> UDPProblem? {
            UDPView(segment.window).checksumProblem(source: source, destination: destination, state: state)
        }
    }

    @Test("ports, length and payload", arguments: [("udp", "voice"), ("udp6", "voice6")])
    func fields(name: String, text: String) {
        let view = UDPView(Datagram(name).segment.window)
        #expect(view.sourcePort == 4_000 && view.destinationPort == 5_004)
        #expect(view.length == 8 + text.utf8.count && view.payload.octets == Array(text.utf8))
    }

    @Test("what follows the length is no payload")
    func trailing() {
        let octets = Datagram("udp").segment.octets
        #expect(UDPView(Packet(octets + [1, 2, 3]).window).payload.count == 5)
    }

    @Test("any single wrong bit is seen", arguments: ["udp", "udp6"])
    func wrongBits(name: String) {
        let datagram = Datagram(name)
        #expect(datagram.problem() == nil)
        let length = datagram.segment.window.count
        for bit in 0..<(8 * length) where !(32..<48).contains(bit) {
            let old = datagram.segment.window.octet(at: bit / 8)
            datagram.segment.window.set(octet: old ^ (0x80 >> UInt8(bit % 8)), at: bit / 8)
            #expect(datagram.problem() == .checksum, "bit \(bit)")
            datagram.segment.window.set(octet: old, at: bit / 8)
        }
    }

    @Test("the pseudo-header is part of the sum")
    func pseudoHeader() {
        let datagram = Datagram("udp")
        let view = UDPView(datagram.segment.window)
        #expect(
            view.checksumProblem(source: .ipv4(0xC000_0203), destination: datagram.destination, state: .unverified)
                == .checksum)
    }

    @Test("a checksum of zero means none over IPv4, and may not be over IPv6")
    func none() {
        #expect(Datagram("udp-no-checksum").problem() == nil)
        let v6 = Datagram("udp6")
        v6.segment.window.set(uint16: 0, at: 6)
        #expect(v6.problem() == .checksumMissing)
    }

    @Test("a checksum that is partial or verified below is not looked at", arguments: ["udp", "udp6"])
    func offload(name: String) {
        let datagram = Datagram(name + "-partial-checksum")
        #expect(datagram.problem() == .checksum)
        #expect(datagram.problem(.partial) == nil)
        #expect(datagram.problem(.verified) == nil)
    }

    @Test("lengths below eight, and beyond what is there, are refused")
    func lengths() {
        let segment = Datagram("udp").segment
        for length in UInt16(0)..<8 {
            segment.window.set(uint16: length, at: 4)
            #expect(UDPView.problem(in: segment.window) == .length)
        }
        segment.window.set(uint16: 14, at: 4)
        #expect(UDPView.problem(in: segment.window) == .truncated)
        segment.window.set(uint16: 8, at: 4)
        #expect(UDPView.problem(in: segment.window) == nil)
    }

    @Test("a datagram cut short anywhere is truncated")
    func truncated() {
        let whole = Datagram("udp6").segment.octets
        for count in 0..<whole.count {
            #expect(UDPView.problem(in: Packet(Array(whole.prefix(count))).window) == .truncated)
        }
    }

    @Test("what is emitted equals what was sent, complete and partial", arguments: ["udp", "udp6"])
    func emit(name: String) {
        for (kind, duty) in [("", ChecksumDuty.complete), ("-partial-checksum", .partial)] {
            let sent = Datagram(name + kind)
            let view = UDPView(sent.segment.window)
            let copy = Packet([UInt8](repeating: 0xEE, count: 8) + view.payload.octets)
            let header = UDPHeader(
                sourcePort: view.sourcePort, destinationPort: view.destinationPort,
                payloadCount: UInt16(view.payload.count))
            let written = header.emit(
                into: copy.window, source: sent.source, destination: sent.destination, checksum: duty)
            #expect(written == 8 && copy.octets == sent.segment.octets)
            let short = copy.window.prefix(copy.window.count - 1)
            #expect(
                header.emit(into: short, source: sent.source, destination: sent.destination, checksum: duty) == nil)
        }
    }

    @Test("a computed checksum of zero is sent as ffff")
    func computedZero() {
        // Ports and payload chosen so that all words sum up to ffff.
        let packet = Packet(count: 10)
        var payload: UInt16 = 0
        for candidate in UInt16.min...UInt16.max {
            packet.window.set(uint16: candidate, at: 8)
            let header = UDPHeader(sourcePort: 1, destinationPort: 2, payloadCount: 2)
            _ = header.emit(into: packet.window, source: .ipv4(3), destination: .ipv4(4), checksum: .complete)
            payload = candidate
            if packet.window.uint16(at: 6) == 0xFFFF { break }
        }
        #expect(packet.window.uint16(at: 6) == 0xFFFF && payload == ~(1 + 2 + 3 + 4 + 17 + 10 + 10))
        let view = UDPView(packet.window)
        #expect(view.checksumProblem(source: .ipv4(3), destination: .ipv4(4), state: .unverified) == nil)
    }

    @Test("whatever is emitted is read back and verified: 1,000 datagrams of each family")
    func roundTrip() {
        var generator = SplitMix(seed: 768)
        for round in 0..<2_000 {
            let count = Int(generator.next() % 200)
            let packet = Packet(generator.octets(8 + count))
            let isIPv4 = round % 2 == 0
            let ends = (0..<2).map { _ in
                isIPv4 ? InetAddress.ipv4(generator.number()) : InetAddress(high: 1, low: generator.number())
            }
            let header = UDPHeader(
                sourcePort: generator.number(), destinationPort: generator.number(), payloadCount: UInt16(count))
            #expect(
                header.emit(into: packet.window, source: ends[0], destination: ends[1], checksum: .complete) == 8)
            let view = UDPView(packet.window)
            #expect(view.sourcePort == header.sourcePort && view.destinationPort == header.destinationPort)
            #expect(view.checksum != 0 && view.payload.count == count)
            #expect(view.checksumProblem(source: ends[0], destination: ends[1], state: .unverified) == nil)
        }
    }
}
