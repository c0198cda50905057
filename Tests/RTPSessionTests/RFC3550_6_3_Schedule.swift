import RTPSession
import Testing
import Timing

@Suite("RFC 3550 §6.2, §6.3, A.7 RTCP schedule")
struct RFC3550_6_3_Schedule {
    private let start = MonotonicInstant(nanoseconds: 7_000_000_000_000)

    /// Instants of the first reports in seconds after the start, the timer served to the nanosecond.
    private func reports(_ count: Int, seed: UInt64, members: UInt32 = 2) -> [Double] {
        var schedule = RTCPSchedule(now: start, minimum: .seconds(5), seed: seed)
        schedule.setMembers(members, now: start)
        var sent: [Double] = []
        while sent.count < count {
            let now = schedule.next
            switch schedule.expire(now: now) {
            case .send: sent.append(Double((now - start).nanoseconds) / 1e9)
            case .later: break
            }
        }
        return sent
    }

    @Test("the first report comes after half the minimum, randomised: 1.03 to 3.08 s")
    func initial() {
        let firsts = (0..<500).map { reports(1, seed: $0)[0] }
        let bounds = 1.025...3.079
        let spread: Double = (firsts.max() ?? 0) - (firsts.min() ?? 0)
        #expect(firsts.allSatisfy { bounds.contains($0) })
        #expect(spread > 1)
    }

    @Test("the mean interval is 5 s, each within the randomised bounds")
    func mean() {
        let sent = reports(4000, seed: 11)
        let steps = zip(sent.dropFirst(), sent).map { $0 - $1 }
        let mean = steps.reduce(0, +) / Double(steps.count)
        #expect(abs(mean - 5) < 0.35)
        let bounds = 2.051...6.157
        #expect(steps.allSatisfy { bounds.contains($0) })
    }

    @Test("equal seeds give equal times, others do not")
    func deterministic() {
        #expect(reports(20, seed: 5) == reports(20, seed: 5))
        #expect(reports(20, seed: 5) != reports(20, seed: 6))
    }

    @Test("large datagrams stretch the interval to keep RTCP's share of bandwidth")
    func bandwidth() {
        var schedule = RTCPSchedule(now: start, minimum: .milliseconds(100), seed: 2)
        schedule.setMembers(2, now: start)
        for _ in 0..<200 { schedule.note(octets: 1400) }
        var last = start
        var steps: [Double] = []
        while steps.count < 1000 {
            let now = schedule.next
            switch schedule.expire(now: now) {
            case .send:
                steps.append(Double((now - last).nanoseconds) / 1e9)
                last = now
            case .later: break
            }
        }
        let mean = steps.dropFirst().reduce(0, +) / Double(steps.count - 1)
        #expect(abs(mean - 2.8) < 0.3)
    }

    @Test("a member that leaves brings the timer forward in proportion (§6.3.4)")
    func reverseReconsideration() {
        var schedule = RTCPSchedule(now: start, minimum: .seconds(5), seed: 9)
        schedule.setMembers(2, now: start)
        var now = schedule.next
        while case .later = schedule.expire(now: now) { now = schedule.next }
        let ahead = schedule.next - now
        schedule.setMembers(1, now: now)
        #expect(abs((schedule.next - now).nanoseconds - ahead.nanoseconds / 2) <= 1)
    }

    @Test("a timer that fires early for what is known by then is put off")
    func reconsideration() {
        var schedule = RTCPSchedule(now: start, minimum: .seconds(5), seed: 1)
        for _ in 0..<200 { schedule.note(octets: 30_000) }
        let first = schedule.next
        if case .send = schedule.expire(now: first) { Issue.record("sent too early") }
        #expect(schedule.next > first)
    }
}
