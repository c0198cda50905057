import Octets
import OfferAnswer
import SDP
import Testing

/// A offers `a`, B knows `b`; both through a switch with `own`.
private func join(
    _ a: String..., b: LocalMedia, own: LocalMedia = media()
) throws -> (bridge: LegBridge, answer: SessionDescription, offerToB: SessionDescription) {
    let text = (["v=0", "s=-", "c=IN IP4 192.0.2.1", "t=0 0"] + a).map { $0 + "\n" }.joined()
    let offerFromA = try SessionDescription(parsing: Array(text.utf8))
    let readA = try AudioOffer(offerFromA, codecs: own.codecs)
    var legA = MediaNegotiator(sessionID: 1)
    var legB = MediaNegotiator(sessionID: 2)
    var phoneB = MediaNegotiator(sessionID: 3)
    let offerToB = try legB.makeOffer(try own.offer(standingFor: readA))
    let agreedB = try legB.accept(answer: try phoneB.answer(to: offerToB, with: b).description)
    let (answer, agreedA) = try legA.answer(to: offerFromA, with: try own.answer(to: readA, after: agreedB))
    return (try LegBridge(a: agreedA, b: agreedB), answer, offerToB)
}

@Suite("Two legs joined: relay wherever both allow it, else G.711 conversion")
struct LegBridgeTests {
    @Test("A's order goes on to B, and both use the same codec")
    func relay() throws {
        let joined = try join("m=audio 5000 RTP/AVP 8 0", b: media())
        #expect(joined.offerToB.used?.payloadTypes == [8, 0])
        #expect(joined.bridge.work == .relay)
        #expect(joined.bridge.codecA.codec == .pcma)
        #expect(joined.answer.used?.payloadTypes == [8, 0])
    }

    @Test("B's choice is A's answer, though A preferred the other")
    func followsB() throws {
        let joined = try join("m=audio 5000 RTP/AVP 8 0", b: media([.pcmu]))
        #expect(joined.bridge.work == .relay)
        #expect(joined.answer.used?.payloadTypes == [0])
    }

    @Test("PCMU alone on one side and PCMA alone on the other are converted, both ways")
    func transcode() throws {
        let joined = try join("m=audio 5000 RTP/AVP 0 101", "a=rtpmap:101 telephone-event/8000", b: media([.pcma]))
        #expect(joined.bridge.work == .transcode(from: .pcmu, to: .pcma))
        #expect(joined.answer.used?.payloadTypes == [0, 101])
        let forward = try #require(joined.bridge.aToB.first)
        #expect(forward.receiveType == 0)
        #expect(forward.sendType == 8)
        #expect(!forward.isRelay)
        #expect(joined.bridge.bToA.first?.sendType == 0)
        #expect(joined.bridge.aToB.last?.source.isTelephoneEvent == true)
    }

    @Test("numbers are translated per leg and direction, events too")
    func numbers() throws {
        let joined = try join(
            "m=audio 5000 RTP/AVP 110 98", "a=rtpmap:110 PCMA/8000", "a=rtpmap:98 telephone-event/8000",
            b: media())
        #expect(joined.offerToB.used?.payloadTypes == [8, 0, 101])
        let event = AudioCodec("telephone-event", fmtp: "0-15")
        let plainEvent = AudioCodec("telephone-event")
        #expect(
            joined.bridge.aToB == [
                FormatTranslation(receiveType: 110, sendType: 8, source: .pcma, target: .pcma),
                FormatTranslation(receiveType: 98, sendType: 101, source: plainEvent, target: event),
            ])
        let back = joined.bridge.bToA
        #expect(back.map(\.receiveType) == [8, 0, 101])
        #expect(back.map(\.sendType) == [110, 110, 98])
        #expect(back.map(\.isRelay) == [true, false, true])
    }

    @Test("a caller without events leaves B without them")
    func noEvents() throws {
        let joined = try join("m=audio 5000 RTP/AVP 0", b: media())
        #expect(joined.offerToB.used?.payloadTypes == [0, 8])
        #expect(joined.bridge.aToB.count == 1)
    }

    @Test("codecs that can't be converted pass when both have them, with the far side's parameters")
    func opaqueCodec() throws {
        let opus = AudioCodec("opus", clockRate: 48_000, channels: 2)
        let joined = try join(
            "m=audio 5000 RTP/AVP 96 0", "a=rtpmap:96 opus/48000/2", "a=fmtp:96 useinbandfec=1", b: media([opus]),
            own: media([.pcmu, opus]))
        #expect(joined.bridge.work == .relay)
        #expect(joined.offerToB.used?.fmtp(of: 96) == "useinbandfec=1")
        #expect(joined.answer.used?.payloadTypes == [96])
    }

    @Test("no common codec and no conversion: 488 for A")
    func impossible() throws {
        let g722 = AudioCodec("G722")
        #expect(throws: NegotiationProblem.noCommonCodec) {
            try join("m=audio 5000 RTP/AVP 9", b: media([.pcmu]), own: media([.pcmu, g722]))
        }
        #expect(throws: NegotiationProblem.noCommonCodec) { try join("m=audio 5000 RTP/AVP 9", b: media()) }
    }

    @Test("A's hold and packet time reach B, and B's answer comes back to A")
    func hold() throws {
        let joined = try join("m=audio 5000 RTP/AVP 0", "a=sendonly", "a=ptime:30", b: media())
        let toB = try #require(joined.offerToB.used)
        #expect(joined.offerToB.direction(of: toB) == .sendonly)
        #expect(toB.ptime == 30)
        let toA = try #require(joined.answer.used)
        #expect(joined.answer.direction(of: toA) == .recvonly)
    }

    @Test("A's hold by c= all zero reaches B as sendonly")
    func oldHold() throws {
        let joined = try join("m=audio 5000 RTP/AVP 0", "c=IN IP4 0.0.0.0", b: media())
        #expect(joined.offerToB.direction(of: try #require(joined.offerToB.used)) == .sendonly)
    }

    @Test("late offer: A is offered B's codec first, then what it can be converted from")
    func lateOffer() throws {
        var legB = MediaNegotiator(sessionID: 1)
        var phoneB = MediaNegotiator(sessionID: 2)
        let own = media()
        let b = try exchange(&legB, own, &phoneB, media([.pcma])).offerer
        var legA = MediaNegotiator(sessionID: 3)
        var phoneA = MediaNegotiator(sessionID: 4)
        let toA = try own.lateOffer(after: b)
        #expect(toA.codecs == [.pcma, .pcmu])
        let a = try exchange(&legA, toA, &phoneA, media([.pcmu])).offerer
        let bridge = try LegBridge(a: a, b: b)
        #expect(bridge.work == .transcode(from: .pcmu, to: .pcma))
    }

    @Test("a removed stream can't be joined")
    func removed() throws {
        var one = MediaNegotiator(sessionID: 1)
        var two = MediaNegotiator(sessionID: 2)
        let agreed = try exchange(&one, media(), &two, media())
        #expect(throws: NegotiationProblem.noCommonCodec) { try LegBridge(a: agreed.offerer, b: .removed) }
    }
}
