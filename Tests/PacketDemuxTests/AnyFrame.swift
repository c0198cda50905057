import InetStack
import InetWire
import Octets
import PacketDemux
import Testing

/// Nothing that comes from a wire may trap, be changed, or get where it does not belong.
@Suite("Any frame")
struct AnyFrame {
    @Test("every frame cut at every length: nothing of it reaches a socket, and what has no header is dropped")
    func truncation() {
        for host: UInt64 in [1, 2] {
            let box = FrameBox(host: host)
            for name in Frames.names {
                let octets = Frames.frame(name)
                for count in 0..<octets.count {
                    let fate = box.classify(Array(octets.prefix(count)))
                    if count < 14 { #expect(fate == .dropped(.ethernetTruncated), "\(name) cut to \(count)") }
                    if name != "udp-padded" { #expect(!fate.isRealTime, "\(name) cut to \(count)") }
                }
            }
        }
    }

    /// What has to hold for a frame that reaches a socket, read from its octets without the code under test.
    private static func broken(_ fate: FrameFate, _ octets: [UInt8], _ checksum: ChecksumState) -> String? {
        guard case .realTime(let port, _, let payload) = fate else { return nil }
        guard Array(octets[0..<6]) == [2, 0, 0, 0, 0, 11] else { return "another station" }
        let isTagged = octets[12] == 0x81 && octets[13] == 0
        let link = isTagged ? 18 : 14
        if isTagged, Int(octets[14]) & 15 != 0 || octets[15] != 0 { return "another VLAN" }
        let isIPv4 = octets[link] >> 4 == 4
        let network = isIPv4 ? 20 : 40
        if isIPv4 {
            guard octets[link] == 0x45, octets[link + 9] == 17 else { return "options, or no UDP" }
            guard octets[link + 6] & 0x3F == 0, octets[link + 7] == 0 else { return "a fragment" }
            guard Array(octets[(link + 16)..<(link + 20)]) == [192, 0, 2, 2] else { return "another address" }
        } else {
            guard octets[link + 6] == 17 else { return "extension headers" }
        }
        let udp = link + network
        guard UInt16(octets[udp + 2]) << 8 | UInt16(octets[udp + 3]) == port else { return "another port" }
        guard (5_004...5_012).contains(port), port % 2 == 0 else { return "a free port" }
        let length = Int(octets[udp + 4]) << 8 | Int(octets[udp + 5])
        guard length == payload.count + 8, Array(octets[(udp + 8)..<(udp + length)]) == payload else {
            return "another payload"
        }
        return checksum == .unverified ? sumIsWrong(octets, link, isIPv4, udp, length) : nil
    }

    /// RFC 768 by the book: word for word.
    private static func sumIsWrong(_ octets: [UInt8], _ link: Int, _ isIPv4: Bool, _ udp: Int, _ length: Int) -> String?
    {
        if octets[udp + 6] == 0, octets[udp + 7] == 0 { return isIPv4 ? nil : "no checksum over IPv6" }
        let addresses = octets[(link + (isIPv4 ? 12 : 8))..<(link + (isIPv4 ? 20 : 40))]
        let covered =
            Array(addresses) + [0, 17, UInt8(length >> 8), UInt8(length & 255)] + octets[udp..<(udp + length)]
        var sum = 0
        for index in covered.indices { sum += Int(covered[index]) << (index % 2 == 0 ? 8 : 0) }
        while sum > 0xFFFF { sum = (sum & 0xFFFF) + (sum >> 16) }
        return sum == 0xFFFF ? nil : "a wrong checksum"
    }

    @Test("200,000 mutated frames keep the laws, and are not changed", arguments: [1, 2] as [UInt64])
    func mutations(seed: UInt64) {
        let box = FrameBox()
        let seeds = Frames.names.map(Frames.frame)
        var generator = SeededGenerator(seed: seed)
        var reached = 0
        for round in 0..<100_000 {
            var octets = seeds[Int(generator.next() % UInt64(seeds.count))]
            for _ in 0..<(generator.next() % 4) { Self.mutate(&octets, &generator) }
            let checksum = ChecksumState.allCases[Int(generator.next() % 3)]
            let (fate, after) = withMemory(octets) { window in
                let verdict = FrameDemux.classify(
                    window, checksum: checksum, identity: box.identity, ports: box.ports)
                box.counters.count(verdict)
                return (FrameFate(verdict, window), (0..<window.count).map { window.octet(at: $0) })
            }
            if after != octets { Issue.record("round \(round): the frame was changed") }
            if let broken = Self.broken(fate, octets, checksum) {
                Issue.record("seed \(seed), round \(round): \(broken)")
            }
            if fate.isRealTime { reached += 1 }
        }
        #expect(reached > 5_000 && box.counters.realTime == UInt64(reached))
        #expect(box.counters.realTime + box.counters.general + box.counters.both + box.counters.dropped == 100_000)
    }

    private static func mutate(_ octets: inout [UInt8], _ generator: inout SeededGenerator) {
        guard octets.count > 1 else { return }
        let place = Int(generator.next() % UInt64(min(octets.count, 80)))
        switch generator.next() % 5 {
        case 0: octets[place] ^= 1 << UInt8(generator.next() % 8)
        case 1: octets[place] = UInt8(truncatingIfNeeded: generator.next())
        case 2: octets = Array(octets.prefix(place))
        case 3: octets += [0, 0, 0]
        default: octets[place] = 0
        }
    }

    @Test("100,000 runs of random octets to our address keep the laws")
    func randomOctets() {
        let box = FrameBox()
        var generator = SeededGenerator(seed: 3)
        for round in 0..<100_000 {
            let types: [[UInt8]] = [[8, 0, 0x45], [0x86, 0xDD, 0x60], [8, 6, 0], [0x81, 0, 0]]
            let head: [UInt8] = [2, 0, 0, 0, 0, 11, 2, 0, 0, 0, 0, 10] + types[round % 4]
            let octets =
                head + (0..<Int(generator.next() % 90)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
            if let broken = Self.broken(box.classify(octets, .verified), octets, .verified) {
                Issue.record("round \(round): \(broken)")
            }
        }
    }
}

/// Steele's SplitMix64: the same numbers for the same seed.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mix = state
        mix = (mix ^ mix >> 30) &* 0xBF58_476D_1CE4_E5B9
        mix = (mix ^ mix >> 27) &* 0x94D0_49BB_1331_11EB
        return mix ^ mix >> 31
    }
}
