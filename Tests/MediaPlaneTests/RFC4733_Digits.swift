import MediaControl
import RTP
import Testing
import Timing

extension Call {
    /// Digits that the plane told of a side: event and milliseconds.
    func digits(_ side: Side = .a) -> [[UInt64]] {
        bench.takeEvents(.digit).filter { $0.side == side }.map { [UInt64($0.digit), $0.value] }
    }

    /// Alice presses a digit for `updates` times 20 ms and sends the end three times.
    func alicePresses(_ event: UInt8, updates: Int = 5, ends: Int = 3, marker: Bool = true) -> [Heard] {
        let start = alice.timestamp
        var heard: [Heard] = []
        for update in 1...updates {
            heard += aliceSends(
                alice.press(event, start: start, duration: UInt16(update * 160), marker: marker && update == 1))
            bench.run(milliseconds: 20)
        }
        for _ in 0..<ends {
            heard += aliceSends(alice.press(event, start: start, duration: UInt16(updates * 160), isEnd: true))
            bench.run(milliseconds: 20)
        }
        alice.timestamp &+= UInt32((updates + ends) * 160)
        return heard
    }
}

@Suite("RFC 4733 telephone events through the plane")
struct RFC4733_Digits {
    @Test("events pass with the other leg's payload type; all of one event share one timestamp")
    func relayed() {
        let call = Call { _, b in b.sendEventType = 96 }
        let before = call.aliceSpeaks(5)
        let event = call.alicePresses(5)
        let after = call.aliceSpeaks(5)
        #expect(event.count == 8 && event.allSatisfy { $0.type == 96 })
        #expect(Set(event.map(\.timestamp)).count == 1)
        #expect(event[0].timestamp == (before.last.map { $0.timestamp &+ 160 }))
        #expect(event.map(\.marker) == [true] + [Bool](repeating: false, count: 7))
        #expect(event.last?.payload == [5, 0x8a, 0x03, 0x20])
        let all = before + event + after
        #expect(zip(all, all.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        #expect(after[0].timestamp &- event[0].timestamp == 8 * 160)
        #expect(call.digits() == [[5, 100]])
    }

    @Test("each digit is told once, with its duration")
    func once() {
        let call = Call()
        for digit in 0..<16 { _ = call.alicePresses(UInt8(digit), updates: 2 + digit) }
        let wanted: [[UInt64]] = (0..<16 as Range<UInt64>).map { [$0, 40 + 20 * $0] }
        #expect(call.digits() == wanted)
    }

    @Test("any two end packets, or the marker, may be lost")
    func lostPackets() {
        let call = Call()
        _ = call.alicePresses(1, ends: 1)
        _ = call.alicePresses(2, marker: false)
        let start = call.alice.timestamp
        _ = call.aliceSends(call.alice.press(3, start: start, duration: 800, isEnd: true))
        call.alice.timestamp &+= 800
        #expect(call.digits() == [[1, 100], [2, 100], [3, 100]])
    }

    @Test("with every end lost, the next digit or 200 ms of silence end it")
    func lostEnds() {
        let call = Call()
        _ = call.alicePresses(1, ends: 0)
        #expect(call.digits().isEmpty)
        _ = call.alicePresses(1)
        #expect(call.digits() == [[1, 100], [1, 100]])
        _ = call.alicePresses(7, ends: 0)
        call.bench.run(milliseconds: 500)
        #expect(call.digits() == [[7, 100]])
        _ = call.aliceSends(call.alice.press(7, start: call.alice.timestamp &- 800, duration: 800, isEnd: true))
        #expect(call.digits().isEmpty)
    }

    @Test("a late packet of a digit already told changes nothing")
    func late() {
        let call = Call()
        let start = call.alice.timestamp
        let late = call.alice.press(4, start: start, duration: 160)
        _ = call.alicePresses(4)
        call.alice.sequence &+= 0
        _ = call.aliceSends(late)
        #expect(call.digits() == [[4, 100]])
    }

    @Test("a digit longer than 8.19 s comes in segments and is told once (§2.5.1.3)")
    func segments() {
        let call = Call()
        let start = call.alice.timestamp
        _ = call.aliceSends(call.alice.press(9, start: start, duration: 0xff00, marker: true))
        _ = call.aliceSends(call.alice.press(9, start: start, duration: 0xffff))
        let next = start &+ 0xffff
        _ = call.aliceSends(call.alice.press(9, start: next, duration: 321))
        _ = call.aliceSends(call.alice.press(9, start: next, duration: 801, isEnd: true))
        #expect(call.digits() == [[9, UInt64((0xffff + 801) / 8)]])
    }

    @Test("a side without telephone events gets none; the numbers close up; the digit is told all the same")
    func notNegotiated() {
        let call = Call { _, b in b.sendEventType = .max }
        var heard = call.aliceSpeaks(3)
        #expect(call.alicePresses(8).isEmpty)
        heard += call.aliceSpeaks(3)
        #expect(zip(heard, heard.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 })
        #expect(call.digits() == [[8, 100]])
        call.bench.run(milliseconds: 260)
        #expect(call.bench.counters(call.context, .a).refusedIn == 8)
        #expect(call.bench.counters(call.context, .a).eventsIn == 1)
    }

    @Test("digits are told only where they were asked for; events beyond DTMF never")
    func unasked() {
        let call = Call { a, _ in a.flags.remove(.reportDigits) }
        _ = call.alicePresses(8)
        #expect(call.digits().isEmpty)
        let other = Call()
        _ = other.alicePresses(36)
        #expect(other.digits().isEmpty)
    }

    @Test("a payload too short for an event is not one")
    func short() {
        let call = Call()
        _ = call.aliceSends(call.alice.packet(type: 101, payload: [5, 0x8a]))
        #expect(call.digits().isEmpty)
    }
}

@Suite("RFC 4733 §2.5.1 digits that we send")
struct RFC4733_SendingDigits {
    private func order(_ call: Call, _ digit: UInt8, _ milliseconds: UInt16, to side: Side = .b) {
        var command = MediaCommand(.sendDigit)
        command.context = call.context
        command.side = side
        command.digit = digit
        command.duration = milliseconds
        command.correlation = 5
        call.bench.give(command)
    }

    @Test("updates every 20 ms with one timestamp and growing duration, marker first, the end three times")
    func shape() throws {
        let call = Call()
        _ = call.aliceSpeaks(2)
        order(call, 11, 100)
        call.bench.run(milliseconds: 300)
        let heard = call.bench.takeSent().heard(by: call.bob)
        let events = heard.compactMap { TelephoneEvent(payload: Memory($0.payload).window) }
        #expect(events.map(\.event) == [UInt8](repeating: 11, count: 7))
        #expect(events.map(\.duration) == [160, 320, 480, 640, 800, 800, 800])
        #expect(events.map(\.isEnd) == [false, false, false, false, true, true, true])
        #expect(heard.map(\.marker) == [true, false, false, false, false, false, false])
        #expect(Set(heard.map(\.timestamp)).count == 1 && isEvenNumbered(heard))
    }

    private func isEvenNumbered(_ heard: [Heard]) -> Bool {
        zip(heard, heard.dropFirst()).allSatisfy { $1.sequence == $0.sequence &+ 1 }
    }

    @Test("speech pauses while a digit is sent and goes on behind it in one stream")
    func speechPauses() {
        let call = Call()
        var heard = call.aliceSpeaks(3)
        order(call, 1, 60)
        heard += call.aliceSpeaks(20)
        #expect(isEvenNumbered(heard))
        let types = heard.map(\.type)
        #expect(types.filter { $0 == 101 }.count == 5)
        #expect(types.prefix(3) == [0, 0, 0] && types.suffix(5) == [0, 0, 0, 0, 0])
        let afterEvents = heard.drop { $0.type == 0 }.first { $0.type == 0 }
        #expect(afterEvents?.marker == true)
        #expect(heard.last.map { $0.timestamp &- heard[0].timestamp } == 3520)
    }

    @Test("digits queue; each has its own timestamp, with a rest between them")
    func queue() {
        let call = Call()
        _ = call.aliceSpeaks(1)
        for digit in [1, 2, 3] as [UInt8] { order(call, digit, 80) }
        call.bench.run(milliseconds: 1000)
        let heard = call.bench.takeSent().heard(by: call.bob)
        #expect(heard.filter(\.marker).map { $0.payload[0] } == [1, 2, 3])
        let starts = heard.filter(\.marker).map(\.timestamp)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $1 &- $0 >= 640 + 400 && $1 &- $0 < 640 + 1200 })
    }

    @Test("ten seconds go out in segments that a receiver of ours joins to one digit")
    func long() {
        let call = Call()
        _ = call.aliceSpeaks(1)
        order(call, 5, 10_000)
        call.bench.run(milliseconds: 11_000)
        let heard = call.bench.takeSent().heard(by: call.bob)
        #expect(Set(heard.map(\.timestamp)).count == 2)
        #expect(heard.filter(\.marker).count == 1 && heard.filter { $0.payload[1] & 0x80 != 0 }.count == 3)
        let receiver = Call()
        for packet in heard {
            receiver.alice.sequence = packet.sequence
            receiver.alice.ssrc = packet.ssrc
            _ = receiver.aliceSends(
                receiver.alice.packet(
                    type: 101, marker: packet.marker, timestamp: packet.timestamp, payload: packet.payload))
        }
        let told = receiver.digits()
        #expect(told.count == 1 && told[0][0] == 5 && abs(Int(told[0][1]) - 10_000) <= 10)
    }

    @Test("a side without telephone events, or an unknown context, is refused with the command's number")
    func refused() {
        let call = Call { _, b in b.sendEventType = .max }
        order(call, 1, 100)
        #expect(call.bench.takeEvents(.refused).map(\.correlation) == [5])
        call.bench.subtract(call.context)
        order(call, 1, 100, to: .a)
        #expect(call.bench.takeEvents(.refused).count == 1)
    }

    @Test("the seventeenth waiting digit is refused")
    func fullQueue() {
        let call = Call()
        for digit in 0..<17 { order(call, UInt8(digit % 10), 100) }
        #expect(call.bench.takeEvents(.refused).count == 1)
    }
}
