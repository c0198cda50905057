import SDP
import Testing

private func section(_ attributes: String..., formats: [String] = ["0", "96"]) throws -> MediaSection {
    let lines = ["v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0"]
    let all = lines + ["m=audio 4000 RTP/AVP " + formats.joined(separator: " ")] + attributes.map { "a=" + $0 }
    let description = try SessionDescription(parsing: Array(all.map { $0 + "\r\n" }.joined().utf8))
    return try #require(description.media.first)
}

@Suite("RFC 8866 §6 attributes of a section")
struct RFC8866_Attributes {
    @Test("rtpmap: name, clock, channels")
    func rtpmap() throws {
        let media = try section("rtpmap:96 opus/48000/2", "rtpmap:0 PCMU/8000")
        #expect(
            media.rtpmaps == [
                RTPMap(payloadType: 96, encoding: "opus", clockRate: 48_000, channels: 2),
                RTPMap(payloadType: 0, encoding: "PCMU", clockRate: 8000),
            ])
    }

    @Test(
        "a malformed rtpmap reads as none",
        arguments: ["96", "96 opus", "96 opus/0", "96 /8000", "200 x/8000", "96 x/8000/0", "96 x/8000/1/2", "x y/8000"])
    func malformedMap(value: String) {
        #expect(RTPMap(value) == nil)
    }

    @Test("fmtp is found by its payload type, spaces inside kept")
    func fmtp() throws {
        let media = try section("fmtp:101 0-15", "fmtp:96 a=1; b=2")
        #expect(media.fmtp(of: 96) == "a=1; b=2")
        #expect(media.fmtp(of: 101) == "0-15")
        #expect(media.fmtp(of: 0) == nil)
    }

    @Test("ptime may be a real number; nonsense reads as none")
    func ptime() throws {
        #expect(try section("ptime:20").ptime == 20)
        #expect(try section("ptime:22.5").ptime == 22)
        #expect(try section("ptime:0").ptime == nil)
        #expect(try section("ptime:soon").ptime == nil)
        #expect(try section("maxptime:150").maxptime == 150)
    }

    @Test("the section's direction wins over the session's; sendrecv without either")
    func direction() throws {
        func read(_ session: String, _ media: String) throws -> MediaDirection {
            let text = "v=0\n\(session)m=audio 1 RTP/AVP 0\n\(media)"
            let description = try SessionDescription(parsing: Array(text.utf8))
            return description.direction(of: try #require(description.media.first))
        }
        #expect(try read("", "") == .sendrecv)
        #expect(try read("a=inactive\n", "") == .inactive)
        #expect(try read("a=inactive\n", "a=sendonly\n") == .sendonly)
    }

    @Test("direction algebra")
    func algebra() {
        #expect(MediaDirection.sendonly.reversed == .recvonly)
        #expect(MediaDirection.inactive.reversed == .inactive)
        #expect(MediaDirection.sendrecv.limited(to: .recvonly) == .recvonly)
        #expect(MediaDirection.sendonly.limited(to: .recvonly) == .inactive)
    }

    @Test("RFC 3605 §2.1: a=rtcp with and without an address")
    func rtcp() throws {
        #expect(try section("rtcp:53020").rtcp == RTCPAttribute(port: 53020))
        let full = try section("rtcp:53020 IN IP6 2001:db8::4").rtcp
        #expect(full?.connection?.host == "2001:db8::4")
        #expect(full?.attribute.value == "53020 IN IP6 2001:db8::4")
        #expect(try section("rtcp:none").rtcp == nil)
    }

    @Test("RFC 5761 §5.1.1: a=rtcp-mux")
    func mux() throws {
        #expect(try section("rtcp-mux").rtcpMux)
        #expect(try !section("rtcp-rsize").rtcpMux)
    }

    @Test("set replaces the first of a name and drops the others")
    func set() {
        var attributes = [SessionAttribute("a", "1"), SessionAttribute("b"), SessionAttribute("a", "2")]
        attributes.set(SessionAttribute("a", "3"))
        attributes.set(SessionAttribute("c"))
        #expect(attributes == [SessionAttribute("a", "3"), SessionAttribute("b"), SessionAttribute("c")])
        attributes.direction = .inactive
        attributes.direction = .sendonly
        #expect(attributes.direction == .sendonly)
        #expect(attributes.count == 4)
    }
}
