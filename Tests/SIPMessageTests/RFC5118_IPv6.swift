import SIPMessage
import Testing

@Suite("RFC 5118 IPv6 messages")
struct RFC5118_IPv6 {
    private func request(_ name: String) throws -> SIPRequest { try TortureCorpus.request(name, rfc: "rfc5118") }

    @Test("4.1: an address in brackets")
    func good() throws {
        #expect(try request("ipv6-good").uri.sip?.bareHost == "2001:db8::10")
    }

    @Test("4.2: without brackets the Request-URI is refused, and answered")
    func bad() throws {
        let problem = try #require(try TortureCorpus.problem("ipv6-bad", rfc: "rfc5118"))
        #expect(problem.status == 400)
        #expect(problem.answerable != nil)
    }

    @Test("4.3, 4.4: what stands in brackets is the address, what follows them the port")
    func port() throws {
        let ambiguous = try #require(try request("port-ambiguous").uri.sip)
        #expect(ambiguous.bareHost == "2001:db8::10:5070")
        #expect(ambiguous.port == nil)
        let clear = try #require(try request("port-unambiguous").uri.sip)
        #expect(clear.bareHost == "2001:db8::10")
        #expect(clear.port == 5070)
    }

    @Test(
        "4.5: received with and without brackets",
        arguments: ["via-received-param-with-delim", "via-received-param-no-delim"])
    func received(name: String) throws {
        #expect(try request(name).topVia().received == "2001:db8::9:255")
    }

    @Test("4.7: addresses of both kinds in one message")
    func mixed() throws {
        let vias = try request("mult-ip-in-header").vias
        #expect(vias.first?.bareHost == "2001:db8::9:1")
        #expect(vias.first?.port == 6050)
        #expect(vias.contains { $0.received == "192.0.2.200" })
    }

    @Test("4.9: an IPv4 address mapped into IPv6")
    func mapped() throws {
        let via = try request("ipv4-mapped-ipv6").topVia()
        #expect(via.bareHost == "::ffff:192.0.2.10")
        #expect(via.port == 19_823)
    }

    @Test("4.10: two colons, and the three of RFC 3261's first grammar")
    func colons() throws {
        #expect(try request("ipv6-correct-abnf-2-colons").uri.sip?.bareHost == "2001:db8::192.0.2.1")
        #expect(try request("ipv6-bug-abnf-3-colons").uri.sip?.bareHost == "2001:db8:::192.0.2.1")
    }
}
