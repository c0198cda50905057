import InetWire
import Octets
import Testing

@Suite("RFC 1624 incremental update of the Internet checksum")
struct RFC1624_ChecksumUpdate {
    @Test("§4: the example, where the older equation went wrong")
    func example() {
        // HC = dd2f, m = 5555 becomes m' = 3285: the new checksum is 0000, not ffff.
        #expect(InternetChecksum.updated(0xDD2F, replacing: 0x5555 as UInt16, with: 0x3285) == 0x0000)
    }

    private func sum(_ window: OctetBuffer) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(window)
        return sum.value
    }

    @Test("an update equals a new sum: 10,000 changes of 16 bits, 32 bits and addresses")
    func equalsRecomputing() {
        var generator = SplitMix(seed: 1_624)
        for _ in 0..<10_000 {
            let packet = Packet(generator.octets(40) + [0, 1])
            var checksum = sum(packet.window)
            let at16 = 2 * Int(generator.next() % 20)
            let new16: UInt16 = generator.number()
            checksum = .updated(checksum, packet.window.uint16(at: at16), new16)
            packet.window.set(uint16: new16, at: at16)
            #expect(checksum == sum(packet.window))
            let at32 = 2 * Int(generator.next() % 19)
            let new32: UInt32 = generator.number()
            checksum = InternetChecksum.updated(
                checksum, replacing: packet.window.uint32(at: at32), with: new32)
            packet.window.set(uint32: new32, at: at32)
            #expect(checksum == sum(packet.window))
            let at = 2 * Int(generator.next() % 13)
            let old = packet.window.ipv6Address(at: at)
            let new = InetAddress(high: generator.number(), low: generator.number())
            guard !old.isIPv4, !new.isIPv4 else { continue }
            checksum = InternetChecksum.updated(checksum, replacing: old, with: new)
            packet.window.set(ipv6Address: new, at: at)
            #expect(checksum == sum(packet.window))
        }
    }

    @Test("an IPv4 address counts with its own 32 bits")
    func ipv4Address() {
        var generator = SplitMix(seed: 4)
        for _ in 0..<1_000 {
            let packet = Packet(generator.octets(20) + [0, 1])
            let new: UInt32 = generator.number()
            let updated = InternetChecksum.updated(
                sum(packet.window), replacing: packet.window.ipv4Address(at: 8), with: .ipv4(new))
            packet.window.set(uint32: new, at: 8)
            #expect(updated == sum(packet.window))
        }
    }

    @Test("a UDP checksum follows the change of an endpoint; none stays none")
    func endpoint() {
        var generator = SplitMix(seed: 53)
        for round in 0..<2_000 {
            let packet = Packet(generator.octets(8 + Int(generator.next() % 40)))
            let make: (inout SplitMix) -> InetAddress = { generator in
                round % 2 == 0 ? .ipv4(generator.number()) : InetAddress(high: 1, low: generator.number())
            }
            let (near, far) = (make(&generator), make(&generator))
            var header = UDPHeader(
                sourcePort: generator.number(), destinationPort: generator.number(),
                payloadCount: UInt16(packet.window.count - 8))
            _ = header.emit(into: packet.window, source: near, destination: far, checksum: .complete)
            let old = InetEndpoint(address: far, port: header.destinationPort)
            let new = InetEndpoint(address: make(&generator), port: generator.number())
            let updated = UDPHeader.field(packet.window.uint16(at: 6), replacing: old, with: new)
            header.destinationPort = new.port
            _ = header.emit(into: packet.window, source: near, destination: new.address, checksum: .complete)
            #expect(updated == packet.window.uint16(at: 6))
            #expect(UDPHeader.field(0, replacing: old, with: new) == 0)
        }
    }
}

extension UInt16 {
    fileprivate static func updated(_ checksum: UInt16, _ old: UInt16, _ new: UInt16) -> UInt16 {
        InternetChecksum.updated(checksum, replacing: old, with: new)
    }
}
