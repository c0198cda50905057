import Octets
import Testing

@Suite("Octet windows")
struct OctetBufferAccess {
    @Test("numbers are read in network order at any alignment")
    func reads() {
        withOctets([0xFF, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08]) { window in
            #expect(window.octet(at: 0) == 0xFF)
            #expect(window.uint16(at: 1) == 0x0102)
            #expect(window.uint24(at: 1) == 0x010203)
            #expect(window.uint32(at: 1) == 0x0102_0304)
            #expect(window.uint64(at: 1) == 0x0102_0304_0506_0708)
        }
    }

    @Test("numbers are written in network order at any alignment")
    func writes() {
        withOctets(Array(repeating: 0, count: 19)) { window in
            window.set(octet: 0xAA, at: 0)
            window.set(uint16: 0x0102, at: 1)
            window.set(uint24: 0x030405, at: 3)
            window.set(uint32: 0x0607_0809, at: 6)
            window.set(uint64: 0x0A0B_0C0D_0E0F_1011, at: 10)
            #expect(window.uint64(at: 0) == 0xAA01_0203_0405_0607)
            #expect((0..<18).map { window.octet(at: $0) }.dropFirst().elementsEqual(1...17))
            #expect(window.octet(at: 18) == 0)
        }
    }

    @Test("a slice sees and changes the octets of the whole")
    func slices() {
        withOctets([1, 2, 3, 4, 5]) { window in
            let middle = window.slice(from: 1, count: 3)
            middle.set(octet: 9, at: 0)
            #expect(window.octet(at: 1) == 9)
            #expect(middle.count == 3)
            #expect(window.prefix(2).count == 2)
            #expect(window.suffix(from: 4).octet(at: 0) == 5)
            #expect(window.suffix(from: 5).isEmpty)
        }
    }

    @Test("a copy may overlap its source")
    func overlappingCopy() {
        withOctets([1, 2, 3, 4, 5]) { window in
            window.copy(from: window.prefix(4), to: 1)
            #expect((0..<5).map { window.octet(at: $0) } == [1, 1, 2, 3, 4])
        }
    }

    @Test("fill touches exactly what it was told")
    func fills() {
        withOctets([1, 2, 3, 4, 5]) { window in
            window.fill(7, from: 1, count: 3)
            #expect((0..<5).map { window.octet(at: $0) } == [1, 7, 7, 7, 5])
            window.fill(8, from: 5, count: 0)
            #expect(window.octet(at: 4) == 5)
        }
    }

    @Test("equal octets are told from different ones and different lengths")
    func comparison() {
        withOctets([1, 2, 1, 2, 3]) { window in
            #expect(window.prefix(2).holdsSameOctets(as: window.slice(from: 2, count: 2)))
            #expect(!window.prefix(2).holdsSameOctets(as: window.slice(from: 3, count: 2)))
            #expect(!window.prefix(2).holdsSameOctets(as: window.prefix(3)))
        }
    }

    @Test("containment survives offsets and widths that would overflow")
    func containment() {
        withOctets([1, 2, 3, 4]) { window in
            #expect(window.contains(4, at: 0))
            #expect(window.contains(0, at: 4))
            #expect(!window.contains(1, at: 4))
            #expect(!window.contains(2, at: -1))
            #expect(!window.contains(-1, at: 2))
            #expect(!window.contains(.max, at: 1))
            #expect(!window.contains(1, at: .max))
        }
    }

    @Test("reading one octet too far traps")
    func readOutside() async {
        await #expect(processExitsWith: .failure) {
            withOctets([1, 2, 3]) { window in _ = window.uint32(at: 0) }
        }
    }

    @Test("writing before the start traps")
    func writeOutside() async {
        await #expect(processExitsWith: .failure) {
            withOctets([1, 2, 3]) { window in window.slice(from: 1, count: 2).set(octet: 0, at: -1) }
        }
    }
}

/// Runs `body` over a window on a copy of `octets`.
func withOctets<Result>(_ octets: [UInt8], _ body: (OctetBuffer) -> Result) -> Result {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: max(1, octets.count), alignment: 16)
    defer { memory.deallocate() }
    memory.copyBytes(from: octets)
    guard let start = memory.baseAddress else { preconditionFailure("allocated memory has an address") }
    return body(OctetBuffer(start: start, count: octets.count))
}
