import Octets
import OfferAnswer
import SDP
import Testing

@Suite("RFC 3264 §5 the initial offer")
struct RFC3264_5_Offer {
    @Test("one audio line, codecs in our order, events behind them, every number mapped")
    func line() throws {
        var negotiator = MediaNegotiator(sessionID: 7, version: 3)
        let offer = try negotiator.makeOffer(media([.pcma, AudioCodec("opus", clockRate: 48_000, channels: 2)]))
        #expect(offer.origin.sessionID == "7")
        #expect(offer.origin.sessionVersion == "3")
        #expect(offer.times == [.permanent])
        let audio = try #require(offer.media.first)
        #expect(offer.media.count == 1)
        #expect(audio.profile == .rtpAVP)
        #expect(audio.formats == ["8", "96", "101", "97"])
        #expect(audio.rtpmaps.map(\.encoding) == ["PCMA", "opus", "telephone-event", "telephone-event"])
        #expect(audio.rtpmaps.map(\.clockRate) == [8000, 48_000, 8000, 48_000])
        #expect(audio.fmtp(of: 101) == "0-15")
        #expect(audio.ptime == 20)
        #expect(offer.direction(of: audio) == .sendrecv)
        #expect(negotiator.isOffering)
    }

    @Test("RFC 3605: a=rtcp only where RTCP is not on the next port")
    func rtcpPort() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let plain = try negotiator.makeOffer(media { $0.rtcpPort = 4001 })
        #expect(plain.media.first?.rtcp == nil)
        negotiator.offerRefused()
        let other = try negotiator.makeOffer(media { $0.rtcpPort = 5001 })
        #expect(other.media.first?.rtcp == RTCPAttribute(port: 5001))
        negotiator.offerRefused()
        let last = try negotiator.makeOffer(
            media {
                $0.port = 65_535
                $0.rtcpPort = 5001
            })
        #expect(last.media.first?.rtcp == RTCPAttribute(port: 5001))
    }

    @Test("an IPv6 address makes IP6 lines")
    func ipv6() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let address = try #require(InetAddress(text: "2001:db8::1"))
        let offer = try negotiator.makeOffer(media { $0.address = address })
        #expect(offer.connection == ConnectionData(addressType: "IP6", host: "2001:db8::1"))
        #expect(offer.origin.addressType == "IP6")
    }

    @Test("comfort noise, maxptime, flash and mux stand where they are wanted")
    func extras() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        let offer = try negotiator.makeOffer(
            media {
                $0.comfortNoise = true
                $0.maxptime = 60
                $0.telephoneEvents = .digitsAndFlash
                $0.telephoneEventType = 97
                $0.rtcpMux = true
                $0.direction = .recvonly
            })
        let audio = try #require(offer.media.first)
        #expect(audio.formats == ["0", "8", "97", "13"])
        #expect(audio.fmtp(of: 97) == "0-16")
        #expect(audio.maxptime == 60)
        #expect(audio.rtcpMux)
        #expect(offer.direction(of: audio) == .recvonly)
    }

    @Test("a second offer must wait for the first one's answer")
    func pending() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        _ = try negotiator.makeOffer(media())
        #expect(throws: NegotiationProblem.offerPending) { try negotiator.makeOffer(media()) }
        #expect(throws: NegotiationProblem.offerPending) {
            try negotiator.answer(to: try description("m=audio 5000 RTP/AVP 0"), with: media())
        }
        #expect(NegotiationProblem.offerPending.status == 491)
    }
}
