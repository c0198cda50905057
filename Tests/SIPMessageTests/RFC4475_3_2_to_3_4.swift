import SIPMessage
import Testing

@Suite("RFC 4475 §3.2 to §3.4: transactions, application layer, RFC 2543")
struct RFC4475_3_2_to_3_4 {
    @Test("3.2.1: a branch that is only the cookie is none")
    func branch() throws {
        let via = try TortureCorpus.request("badbranch").topVia()
        #expect(via.branch == "z9hG4bK")
        #expect(!via.hasMagicCookie)
    }

    @Test("3.3.1: without Call-ID, From and To: 400 that says what is missing")
    func insufficient() throws {
        let problem = try #require(try TortureCorpus.problem("insuf"))
        #expect(problem.status == 400)
        #expect(problem.reason.hasPrefix("Missing"))
    }

    @Test("3.3.2, 3.3.3: unknown schemes are kept as they are")
    func schemes() throws {
        #expect(try TortureCorpus.request("unkscm").uri.scheme == "nobodyknowsthisscheme")
        #expect(try TortureCorpus.request("novelsc").uri.scheme == "soap.beep")
    }

    @Test("3.3.4: addresses of any scheme")
    func otherSchemes() throws {
        let request = try TortureCorpus.request("unksm2")
        #expect(request.to?.uri == .other(scheme: "isbn", "2983792873"))
        #expect(request.from?.uri.scheme == "http")
        #expect(request.contacts.first?.uri.scheme == "name")
    }

    @Test("3.3.5: option tags of Require and Proxy-Require")
    func extensions() throws {
        let request = try TortureCorpus.request("bext01")
        #expect(request.require == ["nothingSupportsThis", "nothingSupportsThisEither"])
        #expect(request.proxyRequire == ["noProxiesSupportThis", "norDoAnyProxiesSupportThis"])
        #expect(try request.topVia().transport == "TLS")
    }

    @Test("3.3.6: an unknown content type is read")
    func contentType() throws {
        #expect(try TortureCorpus.request("invut").contentType == "application/unknownformat")
    }

    @Test("3.3.7: unknown credentials are kept whole, commas and all")
    func credentials() throws {
        let request = try TortureCorpus.request("regaut01")
        #expect(request.fields.values(.authorization) == ["NoOneKnowsThisScheme opaque-data=here"])
    }

    @Test("3.3.10: a response with two Vias")
    func broadcast() throws {
        let response = try TortureCorpus.response("bcast")
        #expect(response.vias.map(\.host) == ["192.0.2.198", "255.255.255.255"])
    }

    @Test("3.3.11: Max-Forwards may be 0")
    func maxForwards() throws {
        #expect(try TortureCorpus.request("zeromf").maxForwards == 0)
    }

    @Test("3.3.12: without brackets a parameter is the field's")
    func fieldParameter() throws {
        let contact = try #require(try TortureCorpus.request("cparam01").contacts.first)
        #expect(contact.params.contains("unknownparam"))
        #expect(contact.sip?.params.isEmpty == true)
    }

    @Test("3.3.13: within brackets it is the URI's")
    func uriParameter() throws {
        let contact = try #require(try TortureCorpus.request("cparam02").contacts.first)
        #expect(contact.params.isEmpty)
        #expect(contact.sip?.params.contains("unknownparam") == true)
        #expect(contact.description.contains(";unknownparam>"))
    }

    @Test("3.3.14: an escaped header in a Contact comes back")
    func escapedHeader() throws {
        let contact = try #require(try TortureCorpus.request("regescrt").contacts.first)
        #expect(contact.description.contains("?Route=%3Csip:sip.example.com%3E"))
    }

    @Test("3.3.15: Accept is a list")
    func accept() throws {
        #expect(try TortureCorpus.request("sdp01").fields.values(.accept) == ["text/nobodyKnowsThis"])
    }

    @Test("3.4.1: RFC 2543 had no branch, tag, Max-Forwards or Content-Length")
    func oldInvite() throws {
        let request = try TortureCorpus.request("inv2543")
        #expect(try request.topVia().branch == nil)
        #expect(request.from?.tag == nil)
        #expect(request.maxForwards == nil)
        #expect(request.body.starts(with: Array("v=0".utf8)))
    }
}
