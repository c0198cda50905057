import CLinux
import Octets
import Testing

@testable import InterfaceOwner

/// Runs a classic socket filter over a frame. bpf(4); the instructions that the filters use.
///
/// - Returns: octets let through; nil if it jumps out of the program or does not end.
private func run(_ program: [clinux_filter_step], on frame: [UInt8], tagged: Bool = false) -> UInt32? {
    var register: UInt32 = 0
    var place = 0
    for _ in 0..<program.count {
        guard program.indices.contains(place) else { return nil }
        let step = program[place]
        place += 1
        func jump(_ holds: Bool) { place += Int(holds ? step.jump_true : step.jump_false) }
        func load(_ width: Int) -> UInt32? {
            let offset = Int(step.value)
            guard offset + width <= frame.count else { return nil }
            return frame[offset..<offset + width].reduce(0) { $0 << 8 | UInt32($1) }
        }
        switch step.code {
        case 0x20 where step.value == 0xFFFF_F030: register = tagged ? 1 : 0
        case 0x20, 0x28, 0x30:
            // Past the end of the frame the kernel ends with "nothing".
            guard let loaded = load(step.code == 0x20 ? 4 : step.code == 0x28 ? 2 : 1) else { return 0 }
            register = loaded
        case 0x15: jump(register == step.value)
        case 0x25: jump(register > step.value)
        case 0x35: jump(register >= step.value)
        case 0x45: jump(register & step.value != 0)
        case 0x06: return step.value
        default: return nil
        }
    }
    return nil
}

@Suite("The filters that part a card's frames between the planes") struct PortFilterTests {
    static let filter = PortFilter(
        ranges: [20_000...20_127, 30_000...30_001], address4: .ipv4(0x0A00_0001),
        address6: InetAddress(high: 0xFD99_0000_0000_0000, low: 1))

    static func ipv4(
        _ port: UInt16, first: UInt8 = 0x45, carrying: UInt8 = 17, fragment: UInt16 = 0, to last: UInt8 = 1
    ) -> [UInt8] {
        var frame = [UInt8](repeating: 1, count: 12)
        frame += [8, 0, first, 0, 0, 40, 0, 0, UInt8(fragment >> 8), UInt8(fragment & 0xFF)]
        frame += [64, carrying, 0, 0, 10, 0, 0, 2, 10, 0, 0, last, 0x13, 0x88, UInt8(port >> 8), UInt8(port & 0xFF)]
        return frame + [UInt8](repeating: 0, count: 20)
    }

    static func ipv6(_ port: UInt16, next: UInt8 = 17, to last: UInt8 = 1, type: UInt8 = 0x13) -> [UInt8] {
        let address: [UInt8] = [0xFD, 0x99] + [UInt8](repeating: 0, count: 13)
        var frame = [UInt8](repeating: 1, count: 12)
        frame += [0x86, 0xDD, 0x60, 0, 0, 0, 0, 20, next, 64]
        frame += address + [2] + address + [last]
        frame += [type, 0x88, UInt8(port >> 8), UInt8(port & 0xFF)]
        return frame + [UInt8](repeating: 0, count: 16)
    }

    static func arp(_ operation: UInt8) -> [UInt8] {
        [UInt8](repeating: 1, count: 12) + [8, 6, 0, 1, 8, 0, 6, 4, 0, operation] + [UInt8](repeating: 0, count: 20)
    }

    /// What each plane gets of a frame: real time, general.
    static func planes(_ frame: [UInt8], tagged: Bool = false, filter: PortFilter = filter) -> [Bool] {
        [filter.forRealTime, filter.forGeneral].map { (run($0, on: frame, tagged: tagged) ?? 0) > 0 }
    }

    @Test("a whole datagram to a reserved port at our address is the real-time plane's alone, the ends of a range too")
    func reserved() {
        for port in [20_000, 20_001, 20_127, 30_000, 30_001] as [UInt16] {
            #expect(Self.planes(Self.ipv4(port)) == [true, false])
            #expect(Self.planes(Self.ipv6(port)) == [true, false])
        }
    }

    @Test("everything else is the general-purpose plane's alone")
    func others() {
        for port in [19_999, 20_128, 29_999, 30_002, 53, 65_535] as [UInt16] {
            #expect(Self.planes(Self.ipv4(port)) == [false, true])
            #expect(Self.planes(Self.ipv6(port)) == [false, true])
        }
        for frame in [
            Self.ipv4(20_000, first: 0x46), Self.ipv4(20_000, carrying: 6), Self.ipv4(20_000, fragment: 0x2000),
            Self.ipv4(20_000, fragment: 5), Self.ipv4(20_000, to: 9), Self.ipv6(20_000, next: 6),
            Self.ipv6(20_000, next: 44), Self.ipv6(20_000, to: 9), Self.ipv6(0, next: 58, type: 135), Self.arp(1),
            [UInt8](repeating: 7, count: 60),
        ] { #expect(Self.planes(frame) == [false, true]) }
        #expect(Self.planes(Self.ipv4(20_000), tagged: true) == [false, true])
    }

    @Test("don't-fragment is no fragment")
    func dontFragment() { #expect(Self.planes(Self.ipv4(20_000, fragment: 0x4000)) == [true, false]) }

    @Test("ARP replies and neighbour advertisements go to both")
    func both() {
        #expect(Self.planes(Self.arp(2)) == [true, true])
        #expect(Self.planes(Self.ipv6(0, next: 58, type: 136)) == [true, true])
    }

    @Test("a frame that ends early goes to one side at most, and no program runs astray")
    func truncated() {
        for frame in [Self.ipv4(20_000), Self.ipv6(20_000), Self.arp(2)] {
            for count in 0..<frame.count {
                let planes = [Self.filter.forRealTime, Self.filter.forGeneral].map {
                    run($0, on: Array(frame.prefix(count)))
                }
                #expect(!planes.contains(nil))
            }
        }
    }

    @Test("without IPv6 no IPv6 datagram is the real-time plane's")
    func oneFamily() {
        var filter = Self.filter
        filter.address6 = .unspecified
        #expect(Self.planes(Self.ipv6(20_000), filter: filter) == [false, true])
        #expect(Self.planes(Self.ipv4(20_000), filter: filter) == [true, false])
    }

    /// Pairs of ports from 20,000 on.
    static func ranges(_ count: Int, every step: Int) -> [ClosedRange<UInt16>] {
        (0..<count).map { (place: Int) -> ClosedRange<UInt16> in
            let first = UInt16(20_000 + step * place)
            return first...(first + 1)
        }
    }

    @Test("as many scattered ranges as there is room for; what is more stays general")
    func many() {
        let ranges = Self.ranges(PortFilter.rangeLimit + 5, every: 4)
        let filter = PortFilter(ranges: ranges, address4: .ipv4(0x0A00_0001), address6: .unspecified)
        for (place, range) in ranges.enumerated() {
            let isIn = place < PortFilter.rangeLimit
            #expect(Self.planes(Self.ipv4(range.lowerBound), filter: filter) == [isIn, !isIn])
        }
        let joined = PortFilter(
            ranges: Self.ranges(1_000, every: 2), address4: .ipv4(0x0A00_0001), address6: .unspecified)
        #expect(joined.ranges == [20_000...21_999])
    }
}
