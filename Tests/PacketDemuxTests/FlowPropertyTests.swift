import Octets
import PacketDemux
import Telemetry
import Testing
import Timing

/// SplitMix64: small, seeded, the same everywhere.
struct Dice: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mix = state
        mix = (mix ^ (mix >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mix = (mix ^ (mix >> 27)) &* 0x94D0_49BB_1331_11EB
        return mix ^ (mix >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }
}

/// Drives table and model with the same random calls, reports and packets.
final class FlowDriver {
    let box: TableBox
    let model = FlowModel()
    var dice: Dice
    var now = 0
    var generation: UInt32 = 0
    var live: [FlowID] = []
    var sequences: [String: UInt16] = [:]
    /// How often each notice and each refusal came, and how much was delivered.
    var seen: [String: Int] = [:]

    init(seed: UInt64) {
        box = TableBox(capacity: 8, seed: seed)
        dice = Dice(state: seed)
    }

    private var time: MonotonicInstant { instant(milliseconds: now) }
    private func somewhere() -> InetEndpoint { place(UInt32(dice.below(2)), UInt16(4_000 + 2 * dice.below(2))) }
    private func source() -> UInt32 { UInt32(100 + dice.below(3)) }

    private func wish(own: UInt32, pair: UInt16) -> FlowExpectation {
        var wanted = expectation(pair: pair, own: own, somewhere(), described: dice.below(5) > 0)
        wanted.policy = SourcePolicy.allCases[dice.below(3)]
        wanted.signallingSource = somewhere().address
        if dice.below(4) == 0 { wanted.remoteSource = source() }
        if dice.below(5) == 0 {
            wanted.isMultiplexed = true
            wanted.rtcp = wanted.rtp
        }
        if dice.below(12) == 0 { wanted.rtp = .unspecified }
        return wanted
    }

    /// One step; nil when table and model agree, else what they said.
    func step() -> String? {
        now += dice.below(12) == 0 ? dice.below(3_000) : dice.below(60)
        switch dice.below(40) {
        case 0...2: return add()
        case 3...4: return remove()
        case 5...6: return modify()
        case 7...12: return report()
        default: return packet()
        }
    }

    private func add() -> String? {
        generation += 1
        let id = FlowID(slot: UInt32(dice.below(7)), generation: generation)
        let wanted = wish(own: UInt32(1_000 + dice.below(20)), pair: UInt16(dice.below(2)))
        let admission = box.table.add(id, wanted, now: time)
        let isIn = model.add(id, wanted)
        if isIn { live.append(id) }
        return (admission == .accepted) == isIn ? nil : "add \(admission) against \(isIn)"
    }

    private func remove() -> String? {
        guard !live.isEmpty else { return nil }
        let id = live.remove(at: dice.below(live.count))
        box.table.remove(id, now: time)
        model.remove(id, now: time)
        return box.table.count == live.count ? nil : "\(box.table.count) flows against \(live.count)"
    }

    private func modify() -> String? {
        guard !live.isEmpty else { return nil }
        let id = live[dice.below(live.count)]
        guard let flow = model.flows.first(where: { $0.id == id }) else { return "the model lost a flow" }
        let wanted = dice.below(3) == 0 ? flow.wanted : wish(own: flow.wanted.localSource, pair: flow.wanted.pair)
        let admission = box.table.modify(id, wanted, now: time)
        model.modify(id, wanted)
        return admission == .accepted ? nil : "modify \(admission)"
    }

    private func packet() -> String? {
        let from = somewhere()
        let source = source()
        let pair = UInt16(dice.below(2))
        let stream = "\(pair) \(from) \(source)"
        let sequence = (sequences[stream] ?? 65_530) &+ (dice.below(10) == 0 ? UInt16(dice.below(5_000)) : 1)
        sequences[stream] = sequence
        let got = box.rtp(source, sequence, from: from, pair: pair, at: now)
        let meant = model.rtp(
            FlowModel.Packet(pair: pair, from: from, source: source, sequence: sequence, now: time))
        note(got)
        return got == meant ? destinations() : "RTP \(got) against \(meant)"
    }

    private func report() -> String? {
        let channel: PortChannel = dice.below(3) == 0 ? .rtp : .rtcp
        var from = somewhere()
        if channel == .rtcp { from.port += 1 }
        let named = (0..<dice.below(3)).map { _ in UInt32(1_000 + dice.below(20)) }
        let pair = UInt16(dice.below(2))
        let source = source()
        let got = box.rtcp(source, on: named, from: from, pair: pair, channel: channel, at: now)
        let meant = model.rtcp(
            FlowModel.Report(pair: pair, channel: channel, from: from, sender: source, named: named, now: time))
        note(got)
        return got == meant ? destinations() : "RTCP \(got) against \(meant)"
    }

    private func note(_ outcome: Outcome) {
        switch outcome {
        case .rtp: seen["RTP", default: 0] += 1
        case .rtcp: seen["RTCP", default: 0] += 1
        case .aside: seen["aside", default: 0] += 1
        case .dropped(let reason): seen["\(reason)", default: 0] += 1
        }
        for notice in box.notices() { seen["\(notice)", default: 0] += 1 }
    }

    private func destinations() -> String? {
        for flow in model.flows {
            let meant = flow.wanted.rtp.isUnspecified ? InetEndpoint.unspecified : flow.rtp
            let got = box.table.rtpDestination(of: flow.id)
            if got != meant { return "RTP to \(got) against \(meant)" }
        }
        return nil
    }
}

@Suite("The flow table against its rules written down a second time")
struct FlowPropertyTests {
    @Test("table and oracle agree on every verdict and destination", arguments: 1...24)
    func agree(seed: UInt64) {
        let driver = FlowDriver(seed: seed)
        for step in 0..<4_000 {
            if let difference = driver.step() {
                Issue.record("seed \(seed), step \(step): \(difference)")
                return
            }
        }
        #expect(driver.seen["RTP", default: 0] > 200 && driver.seen["RTCP", default: 0] > 50)
        #expect(driver.seen["proven", default: 0] > 20 && driver.seen["rebound", default: 0] > 3)
        for reason in [DropReason.unknownSource, .unknownSSRC, .ambiguous, .unproven, .quarantined] {
            #expect(driver.seen["\(reason.rawValue)", default: 0] > 0)
            #expect(driver.box.table.refused[reason] == UInt64(driver.seen["\(reason.rawValue)", default: 0]))
        }
    }
}
