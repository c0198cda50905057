import InetWire
import Octets
import Testing

/// Nothing that comes from a wire may leave its window or break a law.
@Suite("Any octets")
struct AnyOctets {
    @Test("every frame, cut at every length, keeps the laws")
    func truncation() {
        Room.own {
            for (name, octets) in Frames.all {
                let whole = Packet(octets).window
                for count in 0...octets.count {
                    let broken = Laws.frame(whole.prefix(count))
                    #expect(broken == nil, "\(name) cut to \(count)")
                }
            }
        }
    }

    @Test("every format read from every offset of every frame keeps the laws")
    func everyOffset() {
        Room.own {
            for (name, octets) in Frames.all {
                let whole = Packet(octets).window
                for start in 0...min(octets.count, 200) {
                    let rest = whole.suffix(from: start)
                    if let broken = Self.everyFormat(rest) { Issue.record("\(name) from \(start): \(broken)") }
                }
            }
        }
    }

    @Test("100,000 mutated frames keep the laws", arguments: [1, 2] as [UInt64])
    func mutations(seed: UInt64) {
        let seeds = Frames.all
        guard !seeds.isEmpty else {
            Issue.record("no seeds")
            return
        }
        Room.own {
            var generator = SplitMix(seed: seed)
            let memory = Packet(count: 2_048)
            var sound = 0
            for round in 0..<50_000 {
                let (name, octets) = seeds[Int(generator.next() % UInt64(seeds.count))]
                memory.write(octets.count > 400 ? Array(octets.prefix(400)) : octets)
                var window = memory.window.prefix(min(octets.count, 400))
                for _ in 0...(generator.next() % 4) { Self.mutate(&window, memory.window, &generator) }
                if round % 2 == 0 { Self.mendChecksum(window) }
                if let broken = Laws.frame(window) { Issue.record("\(name), seed \(seed), round \(round): \(broken)") }
                if InetFrame(window).problem == nil { sound += 1 }
            }
            #expect(sound > 5_000 && sound < 45_000, "mutations reach behind the first check, and are seen")
        }
    }

    @Test("20,000 runs of random octets keep the laws of every format")
    func randomOctets() {
        Room.own {
            var generator = SplitMix(seed: 3)
            let memory = Packet(count: 256)
            for round in 0..<20_000 {
                let count = Int(generator.next() % 200)
                for index in 0..<count { memory.window.set(octet: generator.number(), at: index) }
                if let broken = Self.everyFormat(memory.window.prefix(count)) {
                    Issue.record("round \(round): \(broken)")
                }
            }
        }
    }

    private static func everyFormat(_ window: OctetBuffer) -> String? {
        let (source, destination) = (InetAddress(high: 1, low: 1), InetAddress(high: 0xFF02 << 48, low: 1))
        let header = window.prefix(min(10, window.count))
        return Laws.ethernet(window) ?? Laws.ipv4(window) ?? Laws.ipv6(window) ?? Laws.udp(window)
            ?? Laws.icmp(window) ?? Laws.icmpv6(window, source, destination, 255)
            ?? Laws.virtio(header, window.suffix(from: header.count))
    }

    /// One change: a bit, a number, a run of octets from elsewhere, a cut or an extension.
    private static func mutate(_ window: inout OctetBuffer, _ memory: OctetBuffer, _ generator: inout SplitMix) {
        guard window.count > 4 else { return }
        let place = Int(generator.next() % UInt64(min(window.count, 96) - 3))
        switch generator.next() % 6 {
        case 0: window.set(octet: window.octet(at: place) ^ 1 << UInt8(generator.next() % 8), at: place)
        case 1: window.set(octet: generator.number(), at: place)
        case 2: window.set(uint16: generator.number(), at: place)
        case 3: window.set(uint32: generator.number(), at: place)
        case 4: window = memory.prefix(Int(generator.next() % UInt64(window.count + 20)))
        default:
            let width = Int(generator.next() % UInt64(window.count - place))
            window.copy(from: window.slice(from: Int(generator.next() % UInt64(place + 1)), count: width), to: place)
        }
    }

    /// Makes the IPv4 header checksum fit, so that the walk goes on behind it.
    private static func mendChecksum(_ window: OctetBuffer) {
        guard EthernetView.problem(in: window) == nil else { return }
        let packet = EthernetView(window).payload
        guard IPv4View.headerProblem(in: packet) == nil else { return }
        packet.set(uint16: 0, at: 10)
        var sum = InternetChecksum()
        sum.add(packet.prefix(IPv4View(packet).headerCount))
        packet.set(uint16: sum.value, at: 10)
    }
}
