import PacketDemux
import Testing

@Suite("Transmit scheduler")
struct TransmitSchedulerTests {
    /// What can happen to a scheduler.
    enum Step: CaseIterable { case voice, short, long, take, turn }

    /// The scheduler in memory of its own, and a model of it in arrays.
    final class Model {
        static let limits = TransmitLimits(frame: 400, turn: 100)
        private let memory: UnsafeMutableRawPointer
        private var scheduler: TransmitScheduler
        private var waiting: [TransmitClass: [TransmitDescriptor]] = [.realTime: [], .general: []]
        private var refused: [TransmitClass: UInt64] = [.realTime: 0, .general: 0]
        private var sent: [TransmitClass: UInt64] = [.realTime: 0, .general: 0]
        private var number: UInt32 = 0
        /// Octets of the general-purpose side in this turn, and what earlier ones went beyond.
        private var inTurn = 0
        private var debt = 0

        init() {
            memory = .allocate(byteCount: TransmitScheduler.byteCount(realTime: 2, general: 2), alignment: 64)
            scheduler = TransmitScheduler(at: memory, realTime: 2, general: 2, limits: Self.limits)
        }

        deinit { memory.deallocate() }

        /// Does a step on both; names the law that was broken, nil if none was.
        func broken(by step: Step) -> String? {
            switch step {
            case .voice: arrive(214, .realTime)
            case .short: arrive(50, .general)
            case .long: arrive(200, .general)
            case .turn: beginTurn()
            case .take: take()
            }
        }

        private func beginTurn() -> String? {
            scheduler.beginTurn()
            debt = max(0, debt + inTurn - Int(Self.limits.turn))
            inTurn = 0
            return nil
        }

        private func arrive(_ octets: UInt32, _ side: TransmitClass) -> String? {
            number += 1
            let descriptor = TransmitDescriptor(frame: number, offset: 0, count: octets)
            let fits = waiting[side, default: []].count < 2
            guard scheduler.enqueue(descriptor, side) == fits else { return "room" }
            if fits { waiting[side]?.append(descriptor) } else { refused[side]? += 1 }
            return unaccounted()
        }

        private func take() -> String? {
            let realTime = waiting[.realTime, default: []]
            let general = waiting[.general, default: []]
            guard let next = scheduler.next() else {
                if !realTime.isEmpty { return "voice was held back" }
                return general.isEmpty || inTurn + debt >= Int(Self.limits.turn) ? nil : "held back for nothing"
            }
            if next.side == .general, !realTime.isEmpty { return "overtook voice" }
            guard next.descriptor == waiting[next.side]?.first else { return "out of order" }
            waiting[next.side]?.removeFirst()
            sent[next.side]? += 1
            guard next.side == .general else { return unaccounted() }
            // One frame may go beyond what the turn has left, never two.
            if inTurn + debt >= Int(Self.limits.turn) { return "beyond the budget" }
            inTurn += Int(next.descriptor.count)
            return unaccounted()
        }

        private func unaccounted() -> String? {
            for side in TransmitClass.allCases {
                let counters = scheduler.counters(side)
                guard counters.full == refused[side], counters.sent == sent[side] else { return "counters" }
                guard scheduler.waiting(side) == waiting[side]?.count else { return "a frame was lost" }
            }
            return nil
        }
    }

    @Test(
        "every order of seven arrivals, departures and turns: strict priority, first in first out, nothing lost uncounted"
    )
    func everyInterleaving() {
        let depth = 7
        let kinds = Step.allCases
        var orders = 0
        var total = 1
        for _ in 0..<depth { total *= kinds.count }
        for order in 0..<total {
            let model = Model()
            var rest = order
            for position in 0..<depth {
                let step = kinds[rest % kinds.count]
                rest /= kinds.count
                guard let broken = model.broken(by: step) else { continue }
                Issue.record("order \(order), step \(position + 1): \(broken)")
                break
            }
            orders += 1
        }
        #expect(orders == 78_125)
    }

    private final class Box {
        private let memory: UnsafeMutableRawPointer
        private var scheduler: TransmitScheduler

        init(realTime: Int = 16, general: Int = 16, frame: UInt32 = 16_384, turn: UInt32) {
            memory = .allocate(
                byteCount: TransmitScheduler.byteCount(realTime: realTime, general: general), alignment: 64)
            scheduler = TransmitScheduler(
                at: memory, realTime: realTime, general: general, limits: TransmitLimits(frame: frame, turn: turn))
        }

        deinit { memory.deallocate() }

        func put(_ octets: UInt32, _ side: TransmitClass = .general) -> Bool {
            scheduler.enqueue(TransmitDescriptor(frame: octets, offset: 0, count: octets), side)
        }

        /// Octets of the frames that one turn hands out.
        func turn() -> [UInt32] {
            scheduler.beginTurn()
            var found: [UInt32] = []
            while let next = scheduler.next() { found.append(next.descriptor.count) }
            return found
        }

        func counters(_ side: TransmitClass) -> TransmitCounters { scheduler.counters(side) }
    }

    @Test("a turn hands out its octets, a longer frame is paid for later")
    func budget() {
        let box = Box(turn: 3_000)
        for _ in 0..<5 { #expect(box.put(1_500)) }
        #expect(box.turn() == [1_500, 1_500] && box.turn() == [1_500, 1_500] && box.turn() == [1_500])
        #expect(box.put(9_000) && box.put(60))
        #expect(box.turn() == [9_000] && box.turn() == [] && box.turn() == [] && box.turn() == [60])
    }

    @Test("turns without frames save nothing up")
    func noSaving() {
        let box = Box(turn: 1_500)
        for _ in 0..<100 { #expect(box.turn() == []) }
        for _ in 0..<3 { #expect(box.put(1_500)) }
        #expect(box.turn() == [1_500] && box.turn() == [1_500] && box.turn() == [1_500])
    }

    @Test("voice goes first, in any turn, and uses up nothing of the other side's octets")
    func voiceFirst() {
        let box = Box(turn: 100)
        #expect(box.put(80) && box.put(214, .realTime) && box.put(80) && box.put(215, .realTime))
        #expect(box.turn() == [214, 215, 80, 80])
    }

    @Test("what is too long, or finds its queue full, is refused and counted by queue")
    func refused() {
        let box = Box(realTime: 1, general: 2, turn: 100)
        #expect(!box.put(16_385) && box.put(16_384) && box.put(60) && !box.put(60))
        #expect(box.put(214, .realTime) && !box.put(214, .realTime))
        let (voice, other) = (box.counters(.realTime), box.counters(.general))
        #expect(voice.full == 1 && voice.oversized == 0 && other.full == 1 && other.oversized == 1)
    }
}
