import Octets
import OfferAnswer
import SDP
import Testing

@Suite("RFC 3264 §8 modifying the session")
struct RFC3264_8_Modifying {
    @Test("the version rises by one for a change, and stays for the same description")
    func version() throws {
        var negotiator = MediaNegotiator(sessionID: 1, version: 10)
        let offer = try description("m=audio 5000 RTP/AVP 0")
        let first = try negotiator.answer(to: offer, with: media()).description
        let same = try negotiator.answer(to: offer, with: media()).description
        let held = try negotiator.answer(
            to: try description("m=audio 5000 RTP/AVP 0", "a=sendonly"), with: media()
        ).description
        #expect([first, same, held].map(\.origin.sessionVersion) == ["10", "10", "11"])
        #expect([first, same, held].map(\.origin.sessionID) == ["1", "1", "1"])
    }

    @Test("hold and resume by sendonly, seen from both sides")
    func holdAndResume() throws {
        var a = MediaNegotiator(sessionID: 1)
        var b = MediaNegotiator(sessionID: 2)
        _ = try exchange(&a, media(), &b, media())
        let held = try exchange(&a, media { $0.direction = .sendonly }, &b, media())
        #expect(held.offerer.direction == .sendonly)
        #expect(held.answerer.direction == .recvonly)
        #expect(held.answerer.isHeldByPeer)
        let resumed = try exchange(&a, media(), &b, media())
        #expect(resumed.offerer.direction == .sendrecv)
        #expect(!resumed.answerer.isHeldByPeer)
    }

    @Test("RFC 6337 §5.3: both on hold are inactive, and each resumes its own side only")
    func bothHold() throws {
        var a = MediaNegotiator(sessionID: 1)
        var b = MediaNegotiator(sessionID: 2)
        let holding = media { $0.direction = .sendonly }
        _ = try exchange(&a, holding, &b, media())
        let both = try exchange(&b, holding, &a, holding)
        #expect(both.offerer.direction == .inactive)
        let one = try exchange(&a, media(), &b, holding)
        #expect(one.offerer.direction == .recvonly)
        #expect(one.answerer.direction == .sendonly)
    }

    @Test("hold by c= all zero, and resume")
    func oldHold() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let line = "m=audio 5000 RTP/AVP 0"
        _ = try negotiator.answer(to: try description(line), with: media())
        let held = try negotiator.answer(to: try description(line, connection: "IN IP4 0.0.0.0"), with: media())
        #expect(!held.audio.direction.sends)
        let resumed = try negotiator.answer(to: try description(line), with: media())
        #expect(resumed.audio.direction == .sendrecv)
    }

    @Test("a later offer of ours keeps the m= lines, their order and the payload types of the first")
    func keepsLines() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.answer(
            to: try description(
                "m=video 6000 RTP/AVP 31", "m=audio 5000 RTP/AVP 110 98", "a=rtpmap:110 PCMA/8000",
                "a=rtpmap:98 telephone-event/8000"), with: media())
        let offer = try negotiator.makeOffer(media([.pcma, .pcmu]))
        #expect(offer.media.map(\.kind) == [.video, .audio])
        #expect(offer.media.map(\.port) == [0, 4000])
        #expect(offer.media[1].formats == ["110", "0", "98"])
    }

    @Test("a number never changes its codec: a peer's reuse of it makes the two sides' numbers differ")
    func numberReuse() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.answer(
            to: try description("m=audio 5000 RTP/AVP 96", "a=rtpmap:96 PCMA/8000"), with: media())
        let second = try negotiator.answer(
            to: try description("m=audio 5000 RTP/AVP 96", "a=rtpmap:96 PCMU/8000"), with: media())
        #expect(second.audio.sendCodec?.sendType == 96)
        #expect(second.audio.sendCodec?.receiveType == 0)
        #expect(second.description.used?.formats == ["0"])
    }

    @Test("the audio line in use is kept; when it goes away another one is taken")
    func movesLine() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let two = try description("m=audio 5000 RTP/AVP 18", "m=audio 5002 RTP/AVP 0")
        _ = try negotiator.answer(to: two, with: media())
        let both = try negotiator.answer(
            to: try description("m=audio 5000 RTP/AVP 0", "m=audio 5002 RTP/AVP 0"), with: media())
        #expect(both.description.media.map(\.port) == [0, 4000])
        let moved = try negotiator.answer(
            to: try description("m=audio 5000 RTP/AVP 0", "m=audio 0 RTP/AVP 0"), with: media())
        #expect(moved.description.media.map(\.port) == [4000, 0])
    }

    @Test("§8.2: ports all 0 take the audio out; a later offer brings it back")
    func removal() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.answer(to: try description("m=audio 5000 RTP/AVP 0"), with: media())
        let removed = try negotiator.answer(to: try description("m=audio 0 RTP/AVP 0"), with: media())
        #expect(removed.audio == .removed)
        #expect(removed.description.media.map(\.port) == [0])
        let back = try negotiator.answer(to: try description("m=audio 5000 RTP/AVP 0"), with: media())
        #expect(back.audio.direction == .sendrecv)
    }

    @Test("port 0 in the answer to a later offer of ours takes the audio out")
    func removedByAnswer() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.answer(to: try description("m=audio 5000 RTP/AVP 0"), with: media())
        _ = try negotiator.makeOffer(media { $0.direction = .sendonly })
        #expect(try negotiator.accept(answer: try description("m=audio 0 RTP/AVP 0")).isRemoved)
    }

    @Test("an offer of something else, such as fax, is refused and changes nothing")
    func refusedOffer() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let before = try negotiator.answer(to: try description("m=audio 5000 RTP/AVP 0"), with: media()).audio
        let fax = try description("m=audio 0 RTP/AVP 0", "m=image 5002 udptl t38")
        #expect(throws: NegotiationProblem.noAudio) { try negotiator.answer(to: fax, with: media()) }
        #expect(negotiator.agreed == before)
        let again = try negotiator.makeOffer(media())
        #expect(again.media.count == 1)
    }

    @Test("a refused offer of ours leaves what was agreed; the next description has a higher version")
    func rollBack() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let before = try negotiator.answer(to: try description("m=audio 5000 RTP/AVP 0"), with: media()).audio
        let refused = try negotiator.makeOffer(media { $0.direction = .inactive })
        negotiator.offerRefused()
        #expect(negotiator.agreed == before)
        let next = try negotiator.makeOffer(media())
        #expect(refused.origin.sessionVersion == "2")
        #expect(next.origin.sessionVersion == "3")
    }
}
