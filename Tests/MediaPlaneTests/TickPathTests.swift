import Codecs
import Foundation
import MediaControl
import MediaPlane
import Rings
import Testing
import Timing

@Suite("The tick path: echo, tone, silence, block lanes")
struct TickPathTests {
    /// The phone speaks even 20 ms packets of `payloads`, the clock runs on.
    private func speak(_ call: ApplicationCall, _ payloads: [[UInt8]]) -> [Heard] {
        payloads.flatMap { payload in
            call.arrive(call.phone.speak(payload))
            call.bench.run(milliseconds: payload.count / 8)
            return call.heard()
        }
    }

    @Test(
        "an echo comes back bit for bit, 40 ms of playout, one tick and one packet later",
        arguments: [AudioFormat.pcmu, .pcma])
    func echo(format: AudioFormat) throws {
        let call = ApplicationCall(.echo, format: format)
        let spoken = (0..<50).map { packet in (0..<160).map { UInt8(truncatingIfNeeded: packet * 7 + $0) } }
        let heard = speak(call, spoken)
        let stream = heard.flatMap(\.payload)
        let wanted = Array(spoken.joined())
        let silence = CompandingLaw(rawValue: format == .pcmu ? 0 : 1)?.silence ?? 0
        let first = try #require(stream.firstIndex { $0 != silence })
        let length = stream.count - first - 160
        #expect(Array(stream[first..<first + length]) == Array(wanted.drop { $0 == silence }.prefix(length)))
        // The stream began with the context, the speech with its first packet, both at one instant.
        #expect(first >= 320 && first <= 320 + 80)
        #expect(isEven(heard) && heard.allSatisfy { $0.type == (format == .pcmu ? 0 : 8) && $0.ssrc == 0xaaaa_0002 })
        #expect(heard.map(\.marker) == [true] + [Bool](repeating: false, count: heard.count - 1))
    }

    @Test("packet times of 10 to 60 ms are kept towards the far end", arguments: [10, 20, 30, 40, 60] as [UInt8])
    func packetTime(milliseconds: UInt8) {
        let call = ApplicationCall(.silence, packetTime: milliseconds)
        call.arrive(call.phone.speak())
        call.bench.run(milliseconds: 600)
        let heard = call.heard()
        #expect(heard.count == 600 / Int(milliseconds))
        #expect(heard.allSatisfy { $0.payload == [UInt8](repeating: 0xff, count: Int(milliseconds) * 8) })
        #expect(isEven(heard, samples: UInt32(milliseconds) * 8))
    }

    @Test("the milliwatt tone is 1004 Hz at 0 dBm0 in either law", arguments: [AudioFormat.pcmu, .pcma])
    func milliwatt(format: AudioFormat) {
        let call = ApplicationCall(.milliwatt, format: format)
        call.bench.run(milliseconds: 1000)
        let octets = call.heard().flatMap(\.payload)
        let samples = octets.map { Double(format == .pcmu ? G711.decodeMuLaw($0) : G711.decodeALaw($0)) }
        #expect(samples.count == 8000)
        let power = samples.map { $0 * $0 }.reduce(0, +) / Double(samples.count)
        // 0 dBm0 in decoded samples: the power of G.711's own sequences.
        let (low, high): (Double, Double) = format == .pcmu ? (8_828, 20_860) : (8_960, 20_992)
        let level: Double = 10 * log10(power / ((low * low + high * high) / 2))
        #expect(abs(level) < 0.05)
        let crossings = zip(samples, samples.dropFirst()).filter { $0 < 0 && $1 >= 0 }.count
        #expect(crossings == 1004 || crossings == 1003)
    }

    @Test("a softphone's blocks go out, and what it hears comes up, sample for sample")
    func blocks() throws {
        let call = ApplicationCall(.blocks)
        let down = call.bench.lanes.lane(0, up: false)
        let up = call.bench.lanes.lane(0, up: true)
        var recorded: [Int16] = []
        var sentOut: [UInt8] = []
        for step in 0..<100 {
            var block = AudioBlock()
            for index in 0..<80 { block.samples[index] = Int16(truncatingIfNeeded: step * 80 + index) }
            #expect(down.push(block))
            if step % 2 == 0 {
                call.arrive(call.phone.speak((0..<160).map { UInt8(truncatingIfNeeded: step + $0 / 2) }))
            }
            call.bench.run(milliseconds: 10)
            sentOut += call.heard().flatMap(\.payload)
            while let heard = up.pop() { for index in 0..<80 { recorded.append(heard.samples[index]) } }
        }
        #expect(sentOut == (0..<8000).map { G711.encodeMuLaw(Int16($0)) })
        #expect(recorded.count == 8000 && recorded.prefix(320).allSatisfy { $0 == 0 })
        let spoken = stride(from: 0, to: 100, by: 2).flatMap { step in
            (0..<160).map { G711.decodeMuLaw(UInt8(truncatingIfNeeded: step + $0 / 2)) }
        }
        #expect(Array(recorded[320...]) == Array(spoken.prefix(recorded.count - 320)))
    }

    @Test("a missing packet plays as silence in its place and is counted; late ones are counted")
    func missing() {
        let call = ApplicationCall(.echo)
        var heard: [Heard] = []
        for step in 0..<50 {
            let octets = call.phone.speak([UInt8](repeating: 0x10, count: 160))
            if step != 20 { call.arrive(octets) }
            call.bench.run(milliseconds: 20)
            heard += call.heard()
        }
        let stream = heard.flatMap(\.payload)
        let voiced = stream.split(separator: 0xff).map(\.count)
        #expect(voiced.first == 20 * 160 && voiced.count == 2)
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).concealed == 2)
        #expect(call.bench.counters(call.context, .a).lostIn == 1)
    }

    @Test("packets that come too late are counted; when all are late the playout starts anew")
    func late() {
        let call = ApplicationCall(.echo)
        for _ in 0..<20 {
            call.arrive(call.phone.speak())
            call.bench.run(milliseconds: 20)
        }
        call.bench.run(milliseconds: 100)
        for _ in 0..<50 {
            call.arrive(call.phone.speak([UInt8](repeating: 0x22, count: 160)))
            call.bench.run(milliseconds: 20)
        }
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).lateIn == 4)
        #expect(call.heard().suffix(30).contains { $0.payload.allSatisfy { $0 == 0x22 } })
    }

    @Test("on hold the application is not sent; resumed, the stream has no gap in numbers and a marker")
    func hold() throws {
        let call = ApplicationCall(.milliwatt)
        call.bench.run(milliseconds: 200)
        let before = try #require(call.heard().last)
        call.a.flags.remove(.send)
        call.bench.apply(.modify, call.context, .tick, call.a, call.b)
        call.bench.run(milliseconds: 400)
        #expect(call.heard().isEmpty)
        call.a.flags.insert(.send)
        call.bench.apply(.modify, call.context, .tick, call.a, call.b)
        call.bench.run(milliseconds: 200)
        let after = call.heard()
        #expect(isEven(after) && after.first?.marker == true && after.first?.sequence == before.sequence &+ 1)
        #expect(after.first.map { $0.timestamp &- before.timestamp } == 3360)
    }

    @Test("digits are heard and sent in a tick context, and speech makes way for them")
    func digits() {
        let call = ApplicationCall(.silence)
        call.bench.run(milliseconds: 100)
        _ = call.heard()
        for update in 1...3 {
            call.arrive(call.phone.press(3, start: 5000, duration: UInt16(update * 160), isEnd: update == 3))
        }
        #expect(call.bench.takeEvents(.digit).map(\.digit) == [3])
        var command = MediaCommand(.sendDigit)
        command.context = call.context
        command.digit = 7
        command.duration = 100
        call.bench.give(command)
        call.bench.run(milliseconds: 400)
        let heard = call.heard()
        #expect(heard.filter { $0.type == 101 }.count == 7)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        let starts = heard.filter { $0.type == 0 }.map(\.timestamp)
        #expect(starts.allSatisfy { ($0 &- (starts.first ?? 0)) % 160 == 0 })
    }

    @Test("a path that does not fit its sides is refused; so is a lane that there is not")
    func refused() {
        let call = Call()
        call.modify(.tick)
        #expect(call.bench.takeEvents(.refused).map(\.correlation) == [77])
        #expect(call.aliceSpeaks(2).count == 2)
        let bench = Bench()
        let phone = Phone(host: 3, pair: 0, ssrc: 3)
        var blocks = TerminationDescriptor(kind: .blocks)
        blocks.lane = 2
        bench.apply(.add, ContextID(slot: 0, generation: 1), .tick, side(phone, own: 5), blocks)
        #expect(bench.takeEvents(.refused).count == 1 && bench.contextCount == 0)
    }
}
