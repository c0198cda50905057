import Octets
import SDP
import Testing

/// Lines joined by CRLF, the last one ended too.
private func parse(_ lines: String...) throws -> SessionDescription {
    try SessionDescription(parsing: Array(lines.map { $0 + "\r\n" }.joined().utf8))
}

@Suite("RFC 8866 §5 session description")
struct RFC8866_Parsing {
    @Test("the example of §5 reads into its fields")
    func example() throws {
        let description = try parse(
            "v=0", "o=jdoe 3724394400 3724394405 IN IP4 198.51.100.1", "s=Call to John Smith",
            "i=SDP Offer #1", "u=http://www.jdoe.example.com/home.html",
            "e=Jane Doe <jane@jdoe.example.com>", "p=+1 617 555-6011", "c=IN IP4 198.51.100.1", "t=0 0",
            "m=audio 49170 RTP/AVP 0", "m=audio 49180 RTP/AVP 0", "m=video 51372 RTP/AVP 99",
            "c=IN IP6 2001:db8::2", "a=rtpmap:99 h263-1998/90000")
        #expect(description.origin.username == "jdoe")
        #expect(description.origin.sessionVersion == "3724394405")
        #expect(description.name == "Call to John Smith")
        #expect(description.media.map(\.port) == [49170, 49180, 51372])
        #expect(description.media.map(\.kind) == [.audio, .audio, .video])
        let video = try #require(description.media.last)
        #expect(description.connection(for: video)?.host == "2001:db8::2")
        #expect(video.rtpmaps == [RTPMap(payloadType: 99, encoding: "h263-1998", clockRate: 90_000)])
        let audio = try #require(description.media.first)
        #expect(description.connection(for: audio)?.address == InetAddress(text: "198.51.100.1"))
    }

    @Test("lines ended by LF alone, and a last line without an end, are taken")
    func bareLineFeeds() throws {
        let octets = Array("v=0\no=- 1 1 IN IP4 127.0.0.1\ns=-\nt=0 0\nm=audio 4000 RTP/AVP 8".utf8)
        let description = try SessionDescription(parsing: octets)
        #expect(description.media.map(\.payloadTypes) == [[8]])
    }

    @Test("o=, s= and t= may be missing, as phones leave them out")
    func missingLines() throws {
        let description = try parse("v=0", "c=IN IP4 127.0.0.1", "m=audio 4000 RTP/AVP 0")
        #expect(description.name == "-")
        #expect(description.times == [.permanent])
        #expect(description.origin.address == "0.0.0.0")
    }

    @Test("session lines out of order are taken")
    func order() throws {
        let description = try parse(
            "v=0", "s=-", "t=0 0", "a=sendonly", "c=IN IP4 127.0.0.1", "b=AS:64", "o=- 1 1 IN IP4 127.0.0.1",
            "m=audio 4000 RTP/AVP 0", "a=ptime:20", "c=IN IP4 127.0.0.2", "b=AS:80")
        #expect(description.origin.sessionID == "1")
        #expect(description.bandwidths == [Bandwidth(modifier: "AS", value: 64)])
        #expect(description.media.first?.bandwidths == [Bandwidth(modifier: "AS", value: 80)])
        #expect(description.media.first?.ptime == 20)
    }

    @Test("a user name with spaces leaves the other five words of o= in place")
    func spacedUserName() throws {
        let description = try parse("v=0", "o=John Q Public 7 8 IN IP4 127.0.0.1", "s=-", "t=0 0")
        #expect(description.origin.username == "John Q Public")
        #expect(description.origin.sessionVersion == "8")
    }

    @Test("a bandwidth that can't be read is passed over")
    func oddBandwidth() throws {
        let description = try parse("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "b=AS:fast", "b=RR:0", "t=0 0")
        #expect(description.bandwidths == [Bandwidth(modifier: "RR", value: 0)])
    }

    @Test("port count, multicast scope and r= lines are kept")
    func rareFields() throws {
        let description = try parse(
            "v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "c=IN IP4 233.252.0.1/127/3", "t=3034423619 3042462419",
            "r=7d 1h 0 25h", "z=2882844526 -1h", "k=prompt", "m=video 49170/2 RTP/AVP 31")
        #expect(description.connection?.host == "233.252.0.1")
        #expect(description.connection?.suffix == "/127/3")
        #expect(description.times.first?.repeats == ["7d 1h 0 25h"])
        #expect(description.media.first?.portCount == 2)
        #expect(try SessionDescription(parsing: description.serialized()) == description)
    }

    @Test("m= without formats is taken, as phones write it with port 0")
    func noFormats() throws {
        let description = try parse("v=0", "o=- 1 1 IN IP4 127.0.0.1", "s=-", "t=0 0", "m=video 0 RTP/AVP")
        #expect(description.media.first?.formats == [])
    }

    @Test(
        "each damaged line is named by its problem and number",
        arguments: [
            ("v=1", SDPProblem.version(line: 1)),
            ("o=- 1 1 IN IP4 h", .version(line: 1)),
            ("v=0\no=a 1 IN IP4 h", .origin(line: 2)),
            ("v=0\nc=IN IP4", .connection(line: 2)),
            ("v=0\nc=IN IP4 /127", .connection(line: 2)),
            ("v=0\nt=0", .time(line: 2)),
            ("v=0\nr=7d 1h 0", .time(line: 2)),
            ("v=0\nm=audio x RTP/AVP 0", .media(line: 2)),
            ("v=0\nm=audio 70000 RTP/AVP 0", .media(line: 2)),
            ("v=0\nm=audio 4000/0 RTP/AVP 0", .media(line: 2)),
            ("v=0\nm=audio 4000", .media(line: 2)),
            ("v=0\nx=what", .unknownType(line: 2)),
            ("v=0\nv=0", .repeated(line: 2)),
            ("v=0\ns=-\ns=-", .repeated(line: 3)),
            ("v=0\nm=audio 1 RTP/AVP 0\ns=-", .misplaced(line: 3)),
            ("v=0\nhello", .syntax(line: 2)),
            ("v=0\na=x\0y", .syntax(line: 2)),
            ("v=0\na=x\ry", .syntax(line: 2)),
            ("", .empty),
            ("\r\n\r\n", .empty),
        ])
    func damage(text: String, problem: SDPProblem) {
        #expect(throws: problem) { try SessionDescription(parsing: Array(text.utf8)) }
        #expect(problem.status == 400)
    }
}
