import InetStack
import InetWire
import Octets
import Testing
import Timing

@Suite("Neighbour cache, RFC 4861 §7")
struct RFC4861_NeighborCache {
    @Test("an unknown neighbour is asked for once a second, as long as it takes")
    func asking() {
        let box = CacheBox()
        #expect(box.look(v4(2), 0) == "resolve")
        #expect(box.look(v4(2), 1) == "waiting" && box.look(v4(2), 999) == "waiting")
        for second in 1...300 {
            #expect(box.look(v4(2), second * 1_000) == "resolve" && box.look(v4(2), second * 1_000 + 500) == "waiting")
        }
        #expect(box.cache.counters.questions == 301 && box.state(v4(2), 300_500) == .incomplete)
    }

    @Test("an answer is known for 30 s, then confirmed while it is used, and given up after three open questions")
    func lifeOfAnAnswer() {
        let box = CacheBox()
        _ = box.look(v6(2), 0)
        #expect(box.learn(v6(2), mac(11), isSolicited: true, isOverride: true, at: instant(10)))
        #expect(box.look(v6(2), 10) == "known 11" && box.look(v6(2), 30_009) == "known 11")
        #expect(box.state(v6(2), 30_009) == .reachable && box.state(v6(2), 30_010) == .stale)
        #expect(box.look(v6(2), 30_010) == "confirm 11" && box.look(v6(2), 30_011) == "known 11")
        #expect(box.look(v6(2), 31_010) == "confirm 11" && box.look(v6(2), 32_010) == "confirm 11")
        #expect(box.look(v6(2), 33_009) == "known 11" && box.look(v6(2), 33_010) == "resolve")
        #expect(box.look(v6(2), 33_011) == "waiting")
        #expect(box.learn(v6(2), mac(12), isSolicited: true, isOverride: false, at: instant(33_500)))
        #expect(box.look(v6(2), 33_500) == "known 12")
    }

    @Test("a confirmation starts the 30 s anew")
    func confirmed() {
        let box = CacheBox()
        _ = box.look(v4(2), 0)
        box.learn(v4(2), mac(11), isSolicited: true, isOverride: true, at: instant(0))
        #expect(box.look(v4(2), 30_000) == "confirm 11")
        #expect(!box.learn(v4(2), mac(11), isSolicited: true, isOverride: true, at: instant(30_001)))
        #expect(box.look(v4(2), 60_000) == "known 11" && box.look(v4(2), 60_001) == "confirm 11")
    }

    /// §7.2.5 row by row: what is known, what comes, what is known then.
    struct Row: Sendable, CustomStringConvertible {
        let before: NeighborState
        let link: UInt64?
        let isSolicited: Bool
        let isOverride: Bool
        let after: NeighborState
        let linkAfter: UInt64

        var description: String {
            "\(before), MAC \(link.map(String.init) ?? "-"), S \(isSolicited), O \(isOverride)"
        }
    }

    static let rows = [
        Row(before: .incomplete, link: nil, isSolicited: true, isOverride: true, after: .incomplete, linkAfter: 0),
        Row(before: .incomplete, link: 12, isSolicited: true, isOverride: false, after: .reachable, linkAfter: 12),
        Row(before: .incomplete, link: 12, isSolicited: false, isOverride: false, after: .stale, linkAfter: 12),
        Row(before: .reachable, link: 12, isSolicited: true, isOverride: false, after: .stale, linkAfter: 11),
        Row(before: .stale, link: 12, isSolicited: true, isOverride: false, after: .stale, linkAfter: 11),
        Row(before: .reachable, link: 12, isSolicited: false, isOverride: true, after: .stale, linkAfter: 12),
        Row(before: .reachable, link: 12, isSolicited: true, isOverride: true, after: .reachable, linkAfter: 12),
        Row(before: .stale, link: 12, isSolicited: true, isOverride: true, after: .reachable, linkAfter: 12),
        Row(before: .stale, link: 12, isSolicited: false, isOverride: true, after: .stale, linkAfter: 12),
        Row(before: .stale, link: 11, isSolicited: true, isOverride: false, after: .reachable, linkAfter: 11),
        Row(before: .stale, link: nil, isSolicited: true, isOverride: false, after: .reachable, linkAfter: 11),
        Row(before: .reachable, link: 11, isSolicited: false, isOverride: true, after: .reachable, linkAfter: 11),
        Row(before: .stale, link: 11, isSolicited: false, isOverride: false, after: .stale, linkAfter: 11),
        Row(before: .reachable, link: nil, isSolicited: false, isOverride: true, after: .reachable, linkAfter: 11),
        Row(before: .permanent, link: 12, isSolicited: true, isOverride: true, after: .permanent, linkAfter: 11),
    ]

    @Test("what an advertisement changes", arguments: rows)
    func advertisement(row: Row) {
        let box = CacheBox()
        switch row.before {
        case .incomplete, .free: _ = box.look(v6(2), 0)
        case .reachable: box.mirror(v6(2), mac(11), .reachable, at: instant(0))
        case .stale: box.mirror(v6(2), mac(11), .stale, at: instant(0))
        case .permanent: box.mirror(v6(2), mac(11), .permanent, at: instant(0))
        }
        let news = box.learn(
            v6(2), row.link.map(mac), isSolicited: row.isSolicited, isOverride: row.isOverride, at: instant(5))
        let after = box.cache.find(v6(2), at: instant(5))
        #expect(after?.state == row.after)
        #expect(after?.link == (row.linkAfter == 0 ? .zero : mac(row.linkAfter)))
        #expect(news == (row.linkAfter == 12))
    }

    @Test("an answer that nobody asked for makes no entry; groups and zero are no station's address")
    func strangers() {
        let box = CacheBox()
        #expect(!box.learn(v4(9), mac(1), isSolicited: true, isOverride: true, at: instant(0)))
        #expect(box.state(v4(9), 0) == nil)
        _ = box.look(v4(9), 0)
        for link in [MACAddress.zero, .broadcast, MACAddress(bits: 0x0100_5E00_0001)] {
            #expect(!box.learn(v4(9), link, isSolicited: true, isOverride: true, at: instant(1)))
            #expect(!box.mirror(v4(9), link, .reachable, at: instant(1)))
        }
        #expect(box.state(v4(9), 1) == .incomplete && box.cache.counters.ignored == 7)
    }

    @Test("no neighbour has the address of nobody, of a group, of all, or of the host itself")
    func impossible() {
        let box = CacheBox()
        let loopback = InetAddress(high: 0, low: 1)
        for address in [
            InetAddress.unspecified, .ipv4(0), .ipv4(.max), .ipv4(0xE000_0001), .ipv4(0x7F00_0001), loopback,
        ] {
            #expect(box.look(address, 0) == "impossible", "\(address)")
            #expect(!box.mirror(address, mac(1), .reachable, at: instant(0)))
        }
        #expect(box.look(InetAddress(high: 0xFF02 << 48, low: 1), 0) == "impossible")
    }

    @Test("the kernel's table: new ones, changed ones, stale ones do not undo what we confirmed, gone ones")
    func mirror() {
        let box = CacheBox()
        #expect(box.mirror(v4(2), mac(11), .reachable, at: instant(0)) && box.look(v4(2), 1) == "known 11")
        #expect(!box.mirror(v4(2), mac(11), .stale, at: instant(2)) && box.state(v4(2), 2) == .reachable)
        #expect(box.mirror(v4(2), mac(12), .stale, at: instant(3)) && box.look(v4(2), 3) == "confirm 12")
        box.mirror(v4(2), mac(12), .gone, at: instant(4))
        #expect(box.look(v4(2), 4) == "known 12")
        #expect(box.mirror(v4(3), mac(13), .permanent, at: instant(5)))
        #expect(box.look(v4(3), 10_000_000) == "known 13")
        box.mirror(v4(3), mac(13), .gone, at: instant(6))
        #expect(box.state(v4(3), 6) == nil)
    }

    @Test("forgetting one, and all")
    func forgetting() {
        let box = CacheBox()
        for host: UInt32 in 1...5 { box.mirror(v4(host), mac(11), .reachable, at: instant(0)) }
        box.cache.forget(v4(3))
        #expect(box.state(v4(3), 1) == nil && box.state(v4(4), 1) == .reachable)
        box.cache.removeAll()
        #expect((0..<box.cache.capacity).allSatisfy { box.cache.neighbor(at: $0).state == .free })
    }

    @Test("a full window gives up its oldest neighbour that is not confirmed, and no other")
    func eviction() {
        let box = CacheBox(capacity: 16)
        for host: UInt32 in 1...16 {
            box.mirror(v4(host), mac(11), host == 5 || host == 9 ? .stale : .reachable, at: instant(Int(host)))
        }
        #expect(box.look(v4(100), 20) == "resolve" && box.state(v4(5), 20) == nil && box.state(v4(9), 20) == .stale)
        #expect(box.look(v4(101), 21) == "resolve" && box.state(v4(9), 21) == nil)
        #expect(box.mirror(v4(100), mac(1), .reachable, at: instant(22)))
        #expect(box.mirror(v4(101), mac(1), .permanent, at: instant(22)))
        #expect(box.look(v4(102), 23) == "impossible")
        #expect(box.cache.counters.evicted == 2 && box.cache.counters.crowded == 1)
        #expect(box.look(v4(103), 30_001) == "resolve", "the first one has expired")
        #expect(box.state(v4(1), 30_001) == nil && box.state(v4(2), 30_001) == .reachable)
    }

    @Test("64 questions a second for all addresses together")
    func questionLimit() {
        let box = CacheBox(capacity: 1_024)
        let outcomes = (1...100).map { box.look(v4($0), 0) }
        #expect(outcomes.count { $0 == "resolve" } == 64 && outcomes.count { $0 == "waiting" } == 36)
        #expect(box.look(v4(100), 999) == "waiting" && box.look(v4(100), 1_000) == "resolve")
    }

    @Test("whatever is asked, learnt and mirrored: an address has the MAC address that it was last given, or none")
    func anyOrder() {
        var generator = SystemRandomNumberGenerator()
        let box = CacheBox(capacity: 32, seed: generator.next())
        var given: [InetAddress: MACAddress] = [:]
        var now = 0
        for _ in 0..<50_000 {
            now += Int.random(in: 0...2_000, using: &generator)
            let address = v4(UInt32.random(in: 1...60, using: &generator))
            let link = mac(UInt64.random(in: 1...5, using: &generator))
            switch Int.random(in: 0...3, using: &generator) {
            case 0:
                let isKnown = box.state(address, now) != nil
                box.learn(address, link, isSolicited: true, isOverride: true, at: instant(now))
                if isKnown { given[address] = link }
            case 1:
                box.mirror(address, link, .stale, at: instant(now))
                if box.state(address, now) != nil { given[address] = link }
            case 2: _ = box.look(address, now)
            default: box.cache.forget(address)
            }
            if let known = box.cache.find(address, at: instant(now)), known.state != .incomplete {
                #expect(known.link == given[address])
            }
        }
    }
}

@Suite("What frames teach")
struct LearningFromFrames {
    private func box(asking address: InetAddress) -> CacheBox {
        let box = CacheBox()
        _ = box.look(address, 0)
        return box
    }

    private func learn(_ box: CacheBox, _ octets: OctetBuffer, _ checksum: ChecksumState = .unverified) -> Bool {
        box.cache.learn(from: InetFrame(octets), octets, checksum: checksum, at: instant(1))
    }

    @Test(
        "an ARP reply and a neighbour advertisement do", arguments: [("arp-reply", v4(2)), ("nd-advertisement", v6(2))])
    func answers(name: String, address: InetAddress) {
        let box = box(asking: address)
        #expect(learn(box, Packet(seed: name).window))
        #expect(box.look(address, 1) == "known 11" && box.state(address, 1) == .reachable)
    }

    @Test("an announcement replaces, and has to be confirmed")
    func announcement() {
        let box = box(asking: v4(1))
        #expect(learn(box, Packet(seed: "arp-gratuitous").window) && box.state(v4(1), 1) == .stale)
        #expect(box.look(v4(1), 1) == "confirm 10")
    }

    @Test("requests, probes, solicitations and everything else do not")
    func others() {
        for name in ["arp-request", "arp-probe", "nd-solicitation", "nd-router-advertisement", "udp", "llc"] {
            for address in [v4(1), v4(2), v6(1), v6(2)] {
                let box = box(asking: address)
                #expect(!learn(box, Packet(seed: name).window), "\(name)")
                #expect(box.state(address, 1) == .incomplete)
            }
        }
    }

    @Test("an advertisement with a wrong checksum, or from beyond a router, does not")
    func forged() {
        let damaged = Packet(seed: "nd-advertisement").window
        damaged.set(octet: 0x0C, at: 85)
        #expect(!learn(box(asking: v6(2)), damaged))
        #expect(learn(box(asking: v6(2)), damaged, .verified))
        let far = Packet(seed: "nd-advertisement").window
        far.set(octet: 254, at: 21)
        let box = box(asking: v6(2))
        #expect(!learn(box, far, .verified) && box.cache.counters.ignored == 1)
    }

    @Test("no frame cut anywhere teaches anything wrong, or traps")
    func truncated() {
        for name in ["arp-reply", "nd-advertisement"] {
            let whole = Packet(seed: name).window
            for count in 0..<whole.count { #expect(!learn(box(asking: v6(2)), whole.prefix(count))) }
        }
    }
}
