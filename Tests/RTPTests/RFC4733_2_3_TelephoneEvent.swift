import Octets
import RTP
import Testing

@Suite("RFC 4733 §2.3 telephone event")
struct RFC4733_2_3_TelephoneEvent {
    @Test("the four octets are read and written")
    func roundTrip() throws {
        let packet = Packet([11, 0x8a, 0x03, 0x20])
        let event = try #require(TelephoneEvent(payload: packet.window))
        #expect(event == TelephoneEvent(event: 11, isEnd: true, volume: 10, duration: 800))
        let copy = Packet(count: 4)
        event.emit(into: copy.window)
        #expect(copy.octets == packet.octets)
    }

    @Test("the reserved bit is ignored on receive and zero on send")
    func reserved() throws {
        let event = try #require(TelephoneEvent(payload: Packet([1, 0x4a, 0, 1]).window))
        #expect(!event.isEnd && event.volume == 10)
        let copy = Packet(count: 4)
        event.emit(into: copy.window)
        #expect(copy.octets[1] == 0x0a)
    }

    @Test("less than a block is none", arguments: 0..<4)
    func short(count: Int) {
        #expect(TelephoneEvent(payload: Packet(count: count).window) == nil)
    }

    @Test("the sixteen DTMF letters stand for events 0 to 15")
    func letters() {
        for (event, letter) in "0123456789*#ABCD".utf8.enumerated() {
            #expect(TelephoneEvent.event(letter: letter) == UInt8(event))
            #expect(TelephoneEvent(event: UInt8(event), isEnd: false, volume: 0, duration: 0).letter == letter)
        }
        #expect(TelephoneEvent.event(letter: 0x64) == 15)
        #expect(TelephoneEvent.event(letter: 0x45) == nil)
        #expect(TelephoneEvent(event: 16, isEnd: false, volume: 0, duration: 0).letter == nil)
    }
}
