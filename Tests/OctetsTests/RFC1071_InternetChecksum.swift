import Octets
import Testing

@Suite("RFC 1071 Internet checksum")
struct RFC1071_InternetChecksum {
    /// The octets of the RFC's own example.
    static let example: [UInt8] = [0x00, 0x01, 0xF2, 0x03, 0xF4, 0xF5, 0xF6, 0xF7]

    @Test("section 3: the example sums to ddf2")
    func example() {
        withOctets(Self.example) { window in
            var sum = InternetChecksum()
            sum.add(window)
            #expect(sum.value == ~0xDDF2)
        }
    }

    @Test("section 1: data with its checksum in place sums to zero")
    func verification() {
        withOctets(Self.example + [0x22, 0x0D]) { window in
            var sum = InternetChecksum()
            sum.add(window)
            #expect(sum.value == 0)
        }
    }

    @Test("section 1: an odd octet is padded with zero")
    func oddLength() {
        let odd = withOctets(Self.example + [0xAB]) { window in checksum(window) }
        let padded = withOctets(Self.example + [0xAB, 0x00]) { window in checksum(window) }
        #expect(odd == padded)
    }

    @Test("section 2: parts of even length add up to the whole, for every length")
    func parts() {
        let octets = (0..<67).map { UInt8(truncatingIfNeeded: $0 &* 37 &+ 11) }
        withOctets(octets) { window in
            for split in stride(from: 0, through: octets.count, by: 2) {
                var sum = InternetChecksum()
                sum.add(window.prefix(split))
                sum.add(window.suffix(from: split))
                #expect(sum.value == reference(octets))
            }
        }
    }

    @Test("words of a pseudo-header count like their octets")
    func words() {
        var sum = InternetChecksum()
        sum.add(0x0001_F203 as UInt32)
        sum.add(0xF4F5 as UInt16)
        sum.add(0xF6F7 as UInt16)
        #expect(sum.value == ~0xDDF2)
    }

    @Test("carries fold also for 64 KiB of ones")
    func carries() {
        let octets = [UInt8](repeating: 0xFF, count: 65_535)
        withOctets(octets) { window in
            #expect(checksum(window) == reference(octets))
        }
    }

    private func checksum(_ window: OctetBuffer) -> UInt16 {
        var sum = InternetChecksum()
        sum.add(window)
        return sum.value
    }

    /// Word by word with the carry added at once, as section 4.1 does it.
    private func reference(_ octets: [UInt8]) -> UInt16 {
        var sum = 0
        for index in stride(from: 0, to: octets.count, by: 2) {
            let low = index + 1 < octets.count ? Int(octets[index + 1]) : 0
            sum += Int(octets[index]) << 8 | low
            sum = (sum & 0xFFFF) + (sum >> 16)
        }
        return ~UInt16(sum)
    }
}
