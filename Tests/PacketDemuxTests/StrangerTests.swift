import Octets
import PacketDemux
import Telemetry
import Testing
import Timing

@Suite("A stranger's packets reach no call and steal none")
struct StrangerTests {
    private let phone = place(1, 4_000)

    @Test("an unanswered offer accepts nothing")
    func unanswered() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone, policy: .any, described: false)) == .accepted)
        for sequence in UInt16(1)...9 {
            #expect(box.rtp(70, sequence, from: phone, at: Int(sequence) * 20) == .dropped(.unknownSource))
        }
        #expect(box.rtcp(70, on: [10], from: place(1, 4_001), at: 300) == .dropped(.unknownSource))
    }

    @Test("another address is refused, however long it sends", arguments: [SourcePolicy.proof, .strict])
    func otherAddress(policy: SourcePolicy) {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone, policy: policy)) == .accepted)
        for sequence in UInt16(1)...50 {
            #expect(box.rtp(66, sequence, from: place(9, 4_000), at: Int(sequence) * 20) == .dropped(.unknownSource))
        }
        #expect(box.rtp(70, 1, from: phone, at: 1_100) == .rtp(0))
        #expect(box.table.rtpDestination(of: FlowID(slot: 0, generation: 1)) == phone)
    }

    @Test("behind a NAT three packets in sequence from the signalled address prove the source; the third is delivered")
    func firstPacketProof() {
        let box = TableBox(capacity: 2)
        let outside = place(1, 61_000)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        #expect(box.rtp(70, 7, from: outside, at: 0) == .dropped(.unproven))
        #expect(box.rtp(70, 8, from: outside, at: 20) == .dropped(.unproven))
        #expect(box.rtp(70, 9, from: outside, at: 40) == .rtp(0))
        #expect(box.table.rtpDestination(of: FlowID(slot: 0, generation: 1)) == outside)
        #expect(box.table.rtcpDestination(of: FlowID(slot: 0, generation: 1)) == place(1, 61_001))
        #expect(box.notices() == [.proven])
    }

    @Test("packets out of sequence prove nothing")
    func outOfSequence() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        for step in 0..<20 {
            let outcome = box.rtp(70, UInt16(step * 2), from: place(1, 61_000), at: step * 20)
            #expect(outcome == .dropped(.unproven))
        }
    }

    @Test("strict takes the signalled endpoint only")
    func strict() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone, policy: .strict)) == .accepted)
        for sequence in UInt16(1)...9 {
            let outcome = box.rtp(70, sequence, from: place(1, 61_000), at: Int(sequence) * 20)
            #expect(outcome == .dropped(.unknownSource))
        }
    }

    @Test("two flows that await proof from one address are not guessed between")
    func sharedNAT() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        #expect(box.add(1, expectation(own: 11, place(1, 5_000))) == .accepted)
        for sequence in UInt16(1)...9 {
            #expect(box.rtp(70, sequence, from: place(1, 61_000), at: Int(sequence) * 20) == .dropped(.ambiguous))
        }
        #expect(box.rtp(71, 1, from: phone, at: 200) == .rtp(0))
        #expect(box.rtp(70, 10, from: place(1, 61_000), at: 220) == .dropped(.unproven))
    }

    @Test("a copied stream can't take a call whose own source still sends")
    func hijack() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        for sequence in UInt16(1)...200 {
            #expect(box.rtp(70, sequence, from: phone, at: Int(sequence) * 20) == .rtp(0))
            let copy = box.rtp(70, sequence &+ 1, from: place(9, 9), at: Int(sequence) * 20 + 1)
            #expect(copy == .dropped(.unknownSource))
        }
    }

    @Test("a stream that moves is followed after 200 ms of silence and three packets; RTCP moves by itself")
    func rebinding() {
        let box = TableBox(capacity: 2)
        let moved = place(7, 30_000)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        #expect(box.rtp(70, 1, from: phone, at: 0) == .rtp(0))
        #expect(box.rtp(70, 4, from: moved, at: 60) == .dropped(.unknownSource))
        #expect(box.rtp(70, 12, from: moved, at: 220) == .dropped(.unproven))
        #expect(box.rtp(70, 13, from: moved, at: 240) == .dropped(.unproven))
        #expect(box.rtp(70, 14, from: moved, at: 260) == .rtp(0))
        #expect(box.table.rtpDestination(of: FlowID(slot: 0, generation: 1)) == moved)
        #expect(box.rtcp(70, from: place(7, 30_007), at: 270) == .rtcp(0))
        #expect(box.table.rtcpDestination(of: FlowID(slot: 0, generation: 1)) == place(7, 30_007))
        #expect(box.notices() == [.proven, .rebound, .rebound])
    }

    @Test("a sequence outside the window moves nothing")
    func window() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        #expect(box.rtp(70, 1, from: phone, at: 0) == .rtp(0))
        for sequence in UInt16(3_001)...3_010 {
            #expect(box.rtp(70, sequence, from: place(7, 1), at: 400) == .dropped(.unknownSource))
        }
    }

    @Test("RTCP of a stranger is refused even if it knows the far end's source")
    func foreignReport() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        #expect(box.rtp(70, 1, from: phone, at: 0) == .rtp(0))
        #expect(box.rtcp(70, on: [10], from: place(9, 4_001), at: 20) == .dropped(.unknownSource))
        #expect(box.rtcp(70, from: place(1, 4_001), at: 20) == .rtcp(0))
    }

    @Test("a command about an earlier life of a slot changes nothing")
    func generations() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        let stale = FlowID(slot: 0, generation: 9)
        box.table.remove(stale, now: instant(milliseconds: 1))
        #expect(box.table.modify(stale, expectation(own: 10, phone), now: instant(milliseconds: 1)) == .notYours)
        #expect(box.table.add(stale, expectation(own: 12, phone), now: instant(milliseconds: 1)) == .notYours)
        #expect(box.table.rtpDestination(of: stale) == .unspecified)
        #expect(box.rtp(70, 1, from: phone, at: 2) == .rtp(0))
    }

    @Test("hold that names no address keeps the source; resuming needs no new proof")
    func hold() {
        let box = TableBox(capacity: 2)
        let flow = FlowID(slot: 0, generation: 1)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        #expect(box.rtp(70, 1, from: phone, at: 0) == .rtp(0))
        var held = expectation(own: 10, phone)
        held.rtp = InetEndpoint(address: .ipv4(0), port: 4_000)
        #expect(box.table.modify(flow, held, now: instant(milliseconds: 20)) == .accepted)
        #expect(box.table.rtpDestination(of: flow) == .unspecified)
        #expect(box.rtp(70, 2, from: phone, at: 40) == .rtp(0))
        #expect(box.table.modify(flow, expectation(own: 10, phone), now: instant(milliseconds: 60)) == .accepted)
        #expect(box.table.rtpDestination(of: flow) == phone)
        #expect(box.rtp(70, 3, from: phone, at: 80) == .rtp(0))
    }

    @Test("STUN from a flow's endpoint goes aside, from elsewhere nowhere")
    func aside() {
        let box = TableBox(capacity: 2)
        #expect(box.add(0, expectation(own: 10, phone)) == .accepted)
        let stun: [UInt8] = [0, 1] + [UInt8](repeating: 0, count: 18)
        let port = LocalPort(pair: 0, channel: .rtp)
        withMemory(stun) {
            #expect(Outcome(box.table.route($0, to: port, from: phone, now: instant(milliseconds: 0))) == .aside(0))
            let foreign = box.table.route($0, to: port, from: place(9, 9), now: instant(milliseconds: 0))
            #expect(Outcome(foreign) == .dropped(.unknownSource))
        }
    }
}
