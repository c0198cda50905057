import OfferAnswer
import Testing

@Suite("RFC 3551 §6 payload types")
struct AudioCodecTests {
    @Test("PCMU is 0, PCMA is 8, G722 is 9 at 8000 Hz")
    func staticNumbers() {
        #expect(AudioCodec.pcmu.staticPayloadType == 0)
        #expect(AudioCodec.pcma.staticPayloadType == 8)
        #expect(AudioCodec("g722").staticPayloadType == 9)
        #expect(AudioCodec(staticPayloadType: 18)?.name == "G729")
    }

    @Test("a dynamic number means nothing by itself")
    func dynamicNumber() {
        #expect(AudioCodec(staticPayloadType: 96) == nil)
        #expect(AudioCodec("opus", clockRate: 48_000, channels: 2).staticPayloadType == nil)
    }

    @Test("names compare without case, parameters aside")
    func matching() {
        #expect(AudioCodec.pcmu.matches(AudioCodec("pcmu", fmtp: "x=1")))
        #expect(!AudioCodec.pcmu.matches(AudioCodec("PCMU", clockRate: 16_000)))
    }

    @Test("text of a configuration: PCMA, opus/48000/2")
    func text() {
        #expect(AudioCodec(text: "PCMA") == .pcma)
        #expect(AudioCodec(text: "opus/48000/2") == AudioCodec("opus", clockRate: 48_000, channels: 2))
        #expect(AudioCodec(text: "") == nil)
        #expect(AudioCodec(text: "x/y") == nil)
    }
}
