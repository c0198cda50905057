import Octets
import PacketDemux
import Telemetry
import Testing
import Timing

@Suite("Few ports for many calls: far ends that share one address and port")
struct SharedEndpointTests {
    private let far = place(2, 20_000)

    @Test("250 calls from one endpoint on 4 pairs are told apart by SSRC, set up one at a time for each pair")
    func manyCalls() {
        let box = TableBox(capacity: 500)
        var clock = 0
        for call in 0..<UInt32(250) {
            clock += 5
            #expect(box.add(call, expectation(pair: UInt16(call % 4), own: call + 1, far), at: clock) == .accepted)
            #expect(box.rtp(9_000 + call, 1, from: far, pair: UInt16(call % 4), at: clock + 1) == .rtp(call))
        }
        for call in 0..<UInt32(250) {
            #expect(box.rtp(9_000 + call, 2, from: far, pair: UInt16(call % 4), at: clock + 20) == .rtp(call))
            let report = box.rtcp(9_000 + call, from: place(2, 20_001), pair: UInt16(call % 4), at: clock + 20)
            #expect(report == .rtcp(call))
        }
        #expect(box.rtp(1, 1, from: far, at: clock + 30) == .dropped(.unknownSSRC))
    }

    @Test("two unproven flows of one endpoint get nothing until something tells them apart; one notice each")
    func ambiguous() {
        let box = TableBox(capacity: 4)
        #expect(box.add(0, expectation(own: 10, far)) == .accepted)
        #expect(box.add(1, expectation(own: 11, far)) == .accepted)
        for sequence in UInt16(1)...5 {
            #expect(box.rtp(70, sequence, from: far, at: Int(sequence) * 20) == .dropped(.ambiguous))
        }
        #expect(box.notices() == [.ambiguous])
        box.remove(0, at: 120)
        #expect(box.rtp(71, 1, from: far, at: 5_200) == .rtp(1))
    }

    @Test("a report that names our source tells which stream is whose")
    func resolvedByReport() {
        let box = TableBox(capacity: 4)
        #expect(box.add(0, expectation(own: 10, far)) == .accepted)
        #expect(box.add(1, expectation(own: 11, far)) == .accepted)
        #expect(box.rtp(70, 1, from: far, at: 20) == .dropped(.ambiguous))
        #expect(box.rtcp(70, on: [11], from: place(2, 20_001), at: 30) == .rtcp(1))
        #expect(box.rtp(70, 2, from: far, at: 40) == .rtp(1))
        #expect(box.rtp(71, 1, from: far, at: 41) == .rtp(0))
    }

    @Test("a source announced in SDP (RFC 5576) takes its own stream at once")
    func announced() {
        let box = TableBox(capacity: 4)
        var first = expectation(own: 10, far)
        first.remoteSource = 70
        var second = expectation(own: 11, far)
        second.remoteSource = 71
        #expect(box.add(0, first) == .accepted)
        #expect(box.add(1, second) == .accepted)
        #expect(box.rtp(71, 1, from: far, at: 20) == .rtp(1))
        #expect(box.rtp(70, 1, from: far, at: 20) == .rtp(0))
        #expect(box.notices() == [.proven, .proven])
    }

    @Test("the tail of a call that ended never reaches the next one at the same endpoint")
    func tail() {
        let box = TableBox(capacity: 4)
        #expect(box.add(0, expectation(own: 10, far)) == .accepted)
        #expect(box.rtp(70, 1, from: far, at: 20) == .rtp(0))
        box.remove(0, at: 40)
        #expect(box.add(1, expectation(own: 11, far), at: 45) == .accepted)
        for sequence in UInt16(2)...400 {
            #expect(box.rtp(70, sequence, from: far, at: 40 + Int(sequence) * 20) == .dropped(.quarantined))
        }
        #expect(box.rtp(71, 1, from: far, at: 8_100) == .rtp(1))
    }

    @Test("after a call that never spoke, a stream has to outlast a lost BYE before it is taken")
    func silentPredecessor() {
        let box = TableBox(capacity: 4)
        #expect(box.add(0, expectation(own: 10, far)) == .accepted)
        box.remove(0, at: 40)
        #expect(box.add(1, expectation(own: 11, far), at: 45) == .accepted)
        var outcomes: [Outcome] = []
        for sequence in UInt16(0)...31 {
            outcomes.append(box.rtp(70, sequence, from: far, at: 100 + Int(sequence) * 20))
        }
        #expect(outcomes.prefix(30).allSatisfy { $0 == .dropped(.unproven) })
        #expect(outcomes.suffix(2).allSatisfy { $0 == .rtp(1) })
    }

    @Test("a far end that shares endpoints and is being rung on the same pair can't give its stream to another call")
    func ringing() {
        let box = TableBox(capacity: 4)
        #expect(box.add(0, expectation(pair: 1, own: 10, far)) == .accepted)
        #expect(box.add(1, expectation(own: 11, far)) == .accepted)
        #expect(box.rtp(71, 1, from: far, at: 10) == .rtp(1))
        #expect(box.add(2, expectation(own: 12, far, described: false), at: 15) == .accepted)
        #expect(box.rtp(72, 1, from: far, at: 20) == .dropped(.ambiguous))
        #expect(box.rtp(71, 2, from: far, at: 30) == .rtp(1))
        let answered = box.table.modify(
            FlowID(slot: 2, generation: 1), expectation(own: 12, far), now: instant(milliseconds: 40))
        #expect(answered == .accepted)
        #expect(box.rtp(72, 2, from: far, at: 41) == .rtp(2))
    }

    @Test("our own source is unique for each pair")
    func uniqueSource() {
        let box = TableBox(capacity: 4)
        #expect(box.add(0, expectation(own: 10, far)) == .accepted)
        #expect(box.add(1, expectation(own: 10, place(3, 4_000))) == .sourceTaken)
        #expect(box.add(1, expectation(pair: 1, own: 10, place(3, 4_000))) == .accepted)
    }

    @Test("a full table of 16,384 flows keeps every one reachable, in about 1 KiB each")
    func fullTable() {
        let capacity = 16_384
        #expect(FlowTable.byteCount(capacity: capacity) <= capacity * 1_280)
        let box = TableBox(capacity: capacity)
        var refused = 0
        for slot in 0..<UInt32(capacity) {
            let remote = place(slot % 200, UInt16(4_000 + 2 * (slot / 200)))
            if box.add(slot, expectation(pair: UInt16(slot % 64), own: slot + 1, remote)) != .accepted { refused += 1 }
        }
        #expect(refused == 0)
        var lost = 0
        for slot in stride(from: 0, to: UInt32(capacity), by: 7) {
            let remote = place(slot % 200, UInt16(4_000 + 2 * (slot / 200)))
            let pair = UInt16(slot % 64)
            if box.rtp(slot + 100_000, 1, from: remote, pair: pair, at: 10) != .rtp(slot) { lost += 1 }
        }
        #expect(lost == 0)
        for slot in 0..<UInt32(capacity) { box.remove(slot, at: 20) }
        #expect(box.table.count == 0)
    }
}
