import PacketIO
import Testing
import Timing

@Suite("The fault injector")
struct FaultInjectorTests {
    private let now = MonotonicInstant.start + .seconds(1)

    @Test("a good network delivers each packet once, after its latency")
    func good() {
        var injector = FaultInjector(FaultProfile(latency: .milliseconds(5)), seed: 1)
        for _ in 0..<1_000 {
            let fate = injector.fate(at: now)
            #expect(fate.first == now + .milliseconds(5) && fate.second == nil)
        }
        #expect(injector.packets == 1_000 && injector.lost == 0)
    }

    @Test("losses, doubles and delays come as often as asked")
    func rates() {
        let profile = FaultProfile(lostPermille: 50, doubledPermille: 20, delayedPermille: 100)
        var injector = FaultInjector(profile, seed: 42)
        var late = 0
        for _ in 0..<100_000 {
            let fate = injector.fate(at: now)
            if let first = fate.first, first > now { late += 1 }
        }
        #expect((4_500...5_500).contains(injector.lost))
        #expect((1_600...2_200).contains(injector.doubled))
        #expect((9_000...10_500).contains(injector.delayed))
        #expect(late > 0 && late <= Int(injector.delayed))
    }

    @Test("the same seed gives the same network, another seed another one")
    func seeds() {
        func losses(_ seed: UInt64) -> [Bool] {
            var injector = FaultInjector(FaultProfile(lostPermille: 300), seed: seed)
            return (0..<200).map { _ in injector.fate(at: now).first == nil }
        }
        #expect(losses(7) == losses(7))
        #expect(losses(7) != losses(8))
    }
}
