import Codecs
import MediaControl
import Testing
import Timing

@Suite("G.711 A-law and µ-law converted on arrival")
struct TranscodePathTests {
    @Test("every octet, both ways, equals decoding and encoding by the reference", arguments: [10, 20, 30, 40, 60])
    func bitExact(milliseconds: Int) throws {
        let call = Call(.transcode, formats: (.pcmu, .pcma))
        let count = milliseconds * 8
        for start in stride(from: 0, to: 256, by: 61) {
            let payload = (0..<count).map { UInt8(truncatingIfNeeded: start + $0) }
            let toBob = try #require(call.aliceSends(call.alice.speak(payload)).first)
            #expect(toBob.type == 8 && toBob.payload == payload.map { G711.encodeALaw(G711.decodeMuLaw($0)) })
            let toAlice = try #require(call.bobSends(call.bob.speak(payload)).first)
            #expect(toAlice.type == 0 && toAlice.payload == payload.map { G711.encodeMuLaw(G711.decodeALaw($0)) })
        }
    }

    @Test("numbers and timestamps are carried as in a relay; nothing is delayed")
    func continuity() {
        let call = Call(.transcode, formats: (.pcma, .pcmu))
        let heard = call.aliceSpeaks(200)
        #expect(heard.count == 200 && isEven(heard))
    }

    @Test("a far end that changes its law within the agreed set stays audible")
    func changeOfLaw() throws {
        let call = Call(.relay) { a, _ in a.receivePayload2 = PayloadMapping(payloadType: 8, format: .pcma) }
        _ = call.aliceSpeaks(3)
        call.alice.type = 8
        let heard = try #require(call.aliceSends(call.alice.speak([0x2a, 0xd5])).first)
        #expect(heard.type == 0)
        #expect(heard.payload == [0x2a, 0xd5].map { G711.encodeMuLaw(G711.decodeALaw($0)) })
    }

    @Test("padding and contributing sources are not converted")
    func aroundThePayload() throws {
        let call = Call(.transcode, formats: (.pcmu, .pcma))
        let plain = call.alice.packet(payload: [])
        let octets = [0xa1] + plain[1..<12] + word(0x0102_0304) + [0x11, 0x22] + [0x33, 2]
        call.bench.arrive(Array(octets), from: call.alice.endpoint, pair: 0)
        call.bench.deliver()
        let sent = try #require(call.bench.takeSent().first)
        let converted = [0x11, 0x22].map { G711.encodeALaw(G711.decodeMuLaw($0)) }
        #expect(Array(sent.octets[12...]) == word(0x0102_0304) + converted + [0x33, 2])
    }
}
