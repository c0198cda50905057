import Octets
import OfferAnswer
import SDP
import Testing

@Suite("RFC 3264 §7 processing the answer")
struct RFC3264_7_Processing {
    private func accept(_ lines: String..., local: LocalMedia = media()) throws -> NegotiatedAudio {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.makeOffer(local)
        let text = (["v=0", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"] + lines).map { $0 + "\n" }.joined()
        return try negotiator.accept(answer: try SessionDescription(parsing: Array(text.utf8)))
    }

    @Test("we send with the answer's numbers and receive with ours")
    func asymmetry() throws {
        let audio = try accept(
            "m=audio 5000 RTP/AVP 111 112", "a=rtpmap:111 PCMA/8000", "a=rtpmap:112 telephone-event/8000")
        #expect(audio.sendCodec == NegotiatedCodec(codec: .pcma, sendType: 111, receiveType: 8))
        #expect(audio.telephoneEvent?.sendType == 112)
        #expect(audio.telephoneEvent?.receiveType == 101)
    }

    @Test("the answer's order decides what we send")
    func order() throws {
        #expect(try accept("m=audio 5000 RTP/AVP 8 0").codecs.map(\.codec) == [.pcma, .pcmu])
    }

    @Test("a codec that we did not offer is passed over; nothing of ours is a refusal")
    func strangers() throws {
        #expect(try accept("m=audio 5000 RTP/AVP 18 0").codecs.map(\.codec) == [.pcmu])
        #expect(throws: NegotiationProblem.noCommonCodec) { try accept("m=audio 5000 RTP/AVP 18") }
    }

    @Test("a number of ours without rtpmap means what we said it means")
    func missingMap() throws {
        let audio = try accept("m=audio 5000 RTP/AVP 0 101")
        #expect(audio.telephoneEvent?.sendType == 101)
    }

    @Test("port 0 in the first answer refuses the call's media; other lines differ from the offer's")
    func refusals() {
        #expect(throws: NegotiationProblem.refused) { try accept("m=audio 0 RTP/AVP 0") }
        #expect(throws: NegotiationProblem.mediaLines) { try accept("m=video 5000 RTP/AVP 31") }
        #expect(throws: NegotiationProblem.mediaLines) { try accept() }
        #expect(throws: NegotiationProblem.transport) { try accept("m=audio 5000 RTP/SAVP 0") }
    }

    @Test("an answer without an offer is none")
    func noOffer() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let answer = try description("m=audio 5000 RTP/AVP 0")
        #expect(throws: NegotiationProblem.noOffer) { try negotiator.accept(answer: answer) }
    }

    @Test("RFC 6337 §3.1.1: a later answer to the same offer counts (183, then 200)")
    func laterAnswer() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.makeOffer(media())
        let early = try negotiator.accept(answer: try description("m=audio 5000 RTP/AVP 0"))
        let final = try negotiator.accept(answer: try description("m=audio 6000 RTP/AVP 8"))
        #expect(early.remoteRTP?.port == 5000)
        #expect(final.remoteRTP?.port == 6000)
        #expect(negotiator.agreed == final)
    }

    @Test("a fork's copies take different answers")
    func forks() throws {
        var first = MediaNegotiator(sessionID: 1)
        _ = try first.makeOffer(media())
        var second = first
        let one = try first.accept(answer: try description("m=audio 5000 RTP/AVP 0"))
        let two = try second.accept(answer: try description("m=audio 6000 RTP/AVP 8"))
        #expect(one.sendCodec?.codec == .pcmu)
        #expect(two.sendCodec?.codec == .pcma)
    }

    @Test("our wish limits the direction", arguments: MediaDirection.allCases)
    func direction(wish: MediaDirection) throws {
        let audio = try accept("m=audio 5000 RTP/AVP 0", local: media { $0.direction = wish })
        #expect(audio.direction == wish)
    }
}
