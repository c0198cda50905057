import Octets
import OfferAnswer
import SDP
import Testing

private func answer(
    _ lines: String..., connection: String = "IN IP4 192.0.2.1", with local: LocalMedia = media(),
    order: CodecOrder = .offerer
) throws -> (description: SessionDescription, audio: NegotiatedAudio) {
    var negotiator = MediaNegotiator(sessionID: 1)
    let text = (["v=0", "s=-", "c=" + connection, "t=0 0"] + lines).map { $0 + "\n" }.joined()
    return try negotiator.answer(
        to: try SessionDescription(parsing: Array(text.utf8)), with: local, order: order)
}

@Suite("RFC 3264 §6 generating the answer")
struct RFC3264_6_Answer {
    @Test("static payload types need no rtpmap")
    func staticTypes() throws {
        let result = try answer("m=audio 5000 RTP/AVP 18 8 0")
        #expect(result.audio.codecs.map(\.codec.name) == ["PCMA", "PCMU"])
        #expect(result.audio.remoteRTP == InetEndpoint(address: theirAddress, port: 5000))
        #expect(result.audio.remoteRTCP == InetEndpoint(address: theirAddress, port: 5001))
        #expect(result.description.used?.formats == ["8", "0"])
        #expect(result.audio.telephoneEvent == nil)
    }

    @Test("the answerer follows the offerer's order, or its own")
    func order() throws {
        let theirs = try answer("m=audio 5000 RTP/AVP 8 0")
        #expect(theirs.audio.sendCodec?.codec == .pcma)
        let ours = try answer("m=audio 5000 RTP/AVP 8 0", order: .own)
        #expect(ours.audio.sendCodec?.codec == .pcmu)
        #expect(ours.description.used?.formats == ["0", "8"])
    }

    @Test("dynamic payload types keep the offerer's numbers")
    func dynamicTypes() throws {
        let result = try answer(
            "m=audio 5000 RTP/AVP 110 98", "a=rtpmap:110 PCMA/8000", "a=rtpmap:98 telephone-event/8000",
            "a=fmtp:98 0-16")
        #expect(result.audio.sendCodec?.sendType == 110)
        #expect(result.audio.sendCodec?.receiveType == 110)
        #expect(result.audio.telephoneEvent?.sendType == 98)
        #expect(result.audio.remoteEvents.contains(16))
        #expect(result.description.used?.fmtp(of: 98) == "0-15")
    }

    @Test("telephone events are taken at the clock of the codec", arguments: [("0 96 97", 97 as UInt8), ("0 96", 96)])
    func eventClock(formats: String, expected: UInt8) throws {
        let result = try answer(
            "m=audio 5000 RTP/AVP \(formats)", "a=rtpmap:96 telephone-event/48000",
            "a=rtpmap:97 telephone-event/8000")
        #expect(result.audio.telephoneEvent?.sendType == expected)
    }

    @Test("only one audio line is taken; the others get port 0, in their order")
    func severalLines() throws {
        let result = try answer(
            "m=video 6000 RTP/AVP 31", "m=audio 5000 RTP/AVP 18", "m=audio 5002 RTP/AVP 8",
            "m=audio 5004 RTP/AVP 0", "m=application 9 UDP/DTLS/SCTP webrtc-datachannel")
        #expect(result.description.media.map(\.port) == [0, 0, 4000, 0, 0])
        #expect(result.description.media.map(\.kind) == [.video, .audio, .audio, .audio, .application])
        #expect(result.description.media[0].formats == ["31"])
        #expect(result.description.media[4].profile.token == "UDP/DTLS/SCTP")
        #expect(result.audio.remoteRTP?.port == 5002)
    }

    @Test("a line that the offerer turned off stays off")
    func offeredOff() throws {
        let result = try answer("m=audio 0 RTP/AVP 0", "m=audio 5002 RTP/AVP 0")
        #expect(result.description.media.map(\.port) == [0, 4000])
    }

    @Test(
        "transports other than RTP/AVP are refused with 488",
        arguments: ["RTP/AVPF", "RTP/SAVP", "RTP/SAVPF", "UDP/TLS/RTP/SAVPF", "TCP/RTP/AVP"])
    func transports(profile: String) {
        #expect(throws: NegotiationProblem.transport) { try answer("m=audio 5000 \(profile) 0") }
        #expect(NegotiationProblem.transport.status == 488)
        #expect(NegotiationProblem.transport.warningCode == 302)
    }

    @Test("an RTP/AVP line beside a protected one is taken")
    func plainBeside() throws {
        let result = try answer("m=audio 5000 RTP/SAVP 0", "m=audio 5002 RTP/AVP 0")
        #expect(result.description.media.map(\.port) == [0, 4000])
        #expect(result.description.media.map(\.profile) == [.rtpSAVP, .rtpAVP])
    }

    @Test("the refusal names the nearest miss")
    func refusals() {
        #expect(throws: NegotiationProblem.noAudio) { try answer("m=video 6000 RTP/AVP 31") }
        #expect(throws: NegotiationProblem.noAudio) { try answer("m=audio 0 RTP/AVP 0") }
        #expect(throws: NegotiationProblem.noCommonCodec) { try answer("m=audio 5000 RTP/AVP 18 96") }
        #expect(throws: NegotiationProblem.noCommonCodec) { try answer("m=audio 5000 RTP/AVP 13") }
        #expect(throws: NegotiationProblem.address) {
            try answer("m=audio 5000 RTP/AVP 0", connection: "IN IP4 host.example.com")
        }
    }

    @Test(
        "§6.1: the direction answers the offered one, within our wish",
        arguments: [
            ("sendrecv", MediaDirection.sendrecv, MediaDirection.sendrecv),
            ("sendonly", .sendrecv, .recvonly),
            ("recvonly", .sendrecv, .sendonly),
            ("inactive", .sendrecv, .inactive),
            ("sendonly", .sendonly, .inactive),
            ("sendrecv", .recvonly, .recvonly),
        ])
    func directions(offered: String, wish: MediaDirection, expected: MediaDirection) throws {
        let result = try answer("m=audio 5000 RTP/AVP 0", "a=" + offered, with: media { $0.direction = wish })
        let audio = try #require(result.description.used)
        #expect(result.description.direction(of: audio) == expected)
        #expect(result.audio.direction == expected)
    }

    @Test("RFC 3264 §8.4, RFC 6337 §5.4: c= all zero stops our sending, not the answer's direction")
    func zeroAddress() throws {
        let result = try answer("m=audio 5000 RTP/AVP 0", connection: "IN IP4 0.0.0.0")
        let audio = try #require(result.description.used)
        #expect(result.description.direction(of: audio) == .sendrecv)
        #expect(result.audio.direction == .recvonly)
        #expect(result.audio.remoteRTP == nil)
        #expect(result.audio.remoteRTCP == nil)
        #expect(result.audio.remoteDirection == .sendonly)
        #expect(result.audio.isHeldByPeer)
    }

    @Test("the section's c= wins; IPv6 is read from it")
    func sectionConnection() throws {
        let result = try answer("m=audio 5000 RTP/AVP 0", "c=IN IP6 2001:db8::9")
        #expect(result.audio.remoteRTP?.address == InetAddress(text: "2001:db8::9"))
    }

    @Test("RFC 3605: RTCP goes where a=rtcp says; port 65535 has no next port")
    func rtcp() throws {
        let other = try answer("m=audio 5000 RTP/AVP 0", "a=rtcp:6001 IN IP4 192.0.2.9")
        #expect(other.audio.remoteRTCP?.port == 6001)
        #expect(other.audio.remoteRTCP?.address == .ipv4(0xC000_0209))
        let last = try answer("m=audio 65535 RTP/AVP 0")
        #expect(last.audio.remoteRTCP == nil)
    }

    @Test("RFC 5761 §5.1.1: one port only when both want it")
    func mux() throws {
        let both = try answer("m=audio 5000 RTP/AVP 0", "a=rtcp-mux", with: media { $0.rtcpMux = true })
        #expect(both.description.used?.rtcpMux == true)
        #expect(both.audio.remoteRTCP == both.audio.remoteRTP)
        let theirs = try answer("m=audio 5000 RTP/AVP 0", "a=rtcp-mux")
        #expect(theirs.description.used?.rtcpMux == false)
        #expect(theirs.audio.remoteRTCP?.port == 5001)
        let ours = try answer("m=audio 5000 RTP/AVP 0", with: media { $0.rtcpMux = true })
        #expect(ours.description.used?.rtcpMux == false)
    }

    @Test("we send packets of the length the peer asks for, within its limit")
    func packetTime() throws {
        #expect(try answer("m=audio 5000 RTP/AVP 0").audio.ptime == 20)
        #expect(try answer("m=audio 5000 RTP/AVP 0", "a=ptime:30").audio.ptime == 30)
        #expect(try answer("m=audio 5000 RTP/AVP 0", "a=ptime:60", "a=maxptime:40").audio.ptime == 40)
    }

    @Test("t= is the offer's")
    func times() throws {
        var negotiator = MediaNegotiator(sessionID: 1)
        var offer = try description("m=audio 5000 RTP/AVP 0")
        offer.times = [TimeDescription(start: 5, stop: 9)]
        let result = try negotiator.answer(to: offer, with: media())
        #expect(result.description.times == offer.times)
    }

    @Test("comfort noise is answered when it was offered and wanted")
    func noise() throws {
        let both = try answer("m=audio 5000 RTP/AVP 0 13", with: media { $0.comfortNoise = true })
        #expect(both.audio.comfortNoise?.sendType == 13)
        #expect(both.description.used?.formats == ["0", "13"])
        #expect(try answer("m=audio 5000 RTP/AVP 0 13").audio.comfortNoise == nil)
    }
}
