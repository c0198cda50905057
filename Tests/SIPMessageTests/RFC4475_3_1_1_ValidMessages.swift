import SIPMessage
import Testing

@Suite("RFC 4475 §3.1.1 valid messages")
struct RFC4475_3_1_1_ValidMessages {
    @Test("3.1.1.1: folds, spaces and compact names are undone")
    func whitespace() throws {
        let request = try TortureCorpus.request("wsinv")
        #expect(request.maxForwards == 68)
        #expect(request.cseq == CSeqField(9, .invite))
        #expect(request.vias.map(\.transport) == ["UDP", "TCP", "UDP"])
        #expect(request.vias.map(\.branch) == ["390skdjuw", "z9hG4bK9ikj8", "z9hG4bK30239"])
        #expect(try request.topVia().host == "192.0.2.2")
        #expect(try !request.topVia().hasMagicCookie)
        #expect(request.to?.tag == "1918181833n")
        #expect(request.from?.displayName == "J Rosenberg \\\"")
        #expect(request.from?.tag == "98asjd8")
        #expect(request.fields.first("UnknownHeaderWithUnusualValue") == ";;,,;;,;")
        #expect(request.fields.first(.subject)?.isEmpty == true)
        #expect(request.contacts.first?.params["newparam"] == "newvalue")
        #expect(request.contacts.first?.quality == 330)
        #expect(request.contacts.first?.displayName == "Quoted string \"\"")
        #expect(request.routes.first?.sip?.isLooseRouter == true)
        #expect(request.body.count == 150)
    }

    @Test("3.1.1.2: any token is a method, any token a display name")
    func unusual() throws {
        let request = try TortureCorpus.request("intmeth")
        #expect(request.method == .other("!interesting-Method0123456789_*+`.%indeed'~"))
        #expect(request.uri.sip?.host == "example.com")
        #expect(request.uri.sip?.password == "&it+has=1,weird!*pas$wo~d_too.(doesn't-it)")
        #expect(request.to?.displayName == "BEL:\u{7} NUL:\0 DEL:\u{7f}")
        #expect(request.from?.displayName == "token1~` token2'+_ token3*%!.-")
        #expect(request.from?.params["fromParam''~+*_!.-%"] == "работающий")
        #expect(request.fields.first("extensionHeader-!.%*+_`'~") == "\u{FEFF}大停電")
        #expect(request.maxForwards == 255)
    }

    @Test("3.1.1.3: escapes are resolved once, and once only")
    func escapes() throws {
        let request = try TortureCorpus.request("esc01")
        #expect(request.uri.user == "sips:user@example.com")
        #expect(request.uri.sip?.host == "example.net")
        #expect(request.to?.uri.user == "user")
        #expect(request.from?.uri.user == "I have spaces")
        let contact = try #require(request.contacts.first?.sip)
        #expect(contact.user == "caller")
        #expect(contact.isLooseRouter)
        #expect(contact.parameter("name") == "value%41")
        #expect(contact.description.contains("name=value%2541"))
    }

    @Test("3.1.1.4: %00 ends no string")
    func escapedNull() throws {
        let request = try TortureCorpus.request("escnull")
        let contacts = request.contacts.compactMap(\.sip)
        #expect(contacts.map(\.user) == ["\0", "\0\0"])
        #expect(contacts.count == 2 && !contacts[0].isEquivalent(to: contacts[1]))
    }

    @Test("3.1.1.5: a percent sign in a method or a display name is no escape")
    func noEscape() throws {
        let request = try TortureCorpus.request("esc02")
        #expect(request.method == .other("RE%47IST%45R"))
        #expect(request.to?.displayName == "%Z%45")
        #expect(request.contacts.count == 2)
    }

    @Test("3.1.1.6: a display name may touch the bracket")
    func tightDisplayName() throws {
        #expect(try TortureCorpus.request("lwsdisp").from?.displayName == "caller")
    }

    @Test("3.1.1.7: long values are kept whole")
    func longValues() throws {
        let request = try TortureCorpus.request("longreq")
        #expect(request.vias.count == 34)
        #expect(try request.topVia().transport == "TCP")
        #expect(try request.topVia().branch == nil)
        #expect(request.from?.tag == "12" + String(repeating: "982", count: 50) + "424")
    }

    @Test("3.1.1.8: octets behind Content-Length are no part of a datagram's message; a stream holds two messages")
    func twoRequests() throws {
        let octets = try TortureCorpus.octets("rfc4475", "dblreq")
        let request = try TortureCorpus.request("dblreq")
        #expect(request.method == .register)
        #expect(request.body.isEmpty)
        var framer = StreamFramer()
        framer.append(octets)
        #expect(framer.next()?.method == .register)
        #expect(framer.next()?.method == .invite)
    }

    @Test("3.1.1.9: a semicolon in the user part starts no parameter")
    func semicolonInUser() throws {
        let uri = try #require(try TortureCorpus.request("semiuri").uri.sip)
        #expect(uri.user == "user;par=u@example.net")
        #expect(uri.host == "example.com")
        #expect(uri.params.isEmpty)
    }

    @Test("3.1.1.10: Via transports are names like others")
    func transports() throws {
        let request = try TortureCorpus.request("transports")
        #expect(request.vias.map(\.transport) == ["UDP", "SCTP", "TLS", "UNKNOWN", "TCP"])
    }

    @Test("3.1.1.11: a body is octets, NUL and bare CR included")
    func binaryBody() throws {
        let request = try TortureCorpus.request("mpart01")
        #expect(request.body.count == 553)
        #expect(request.body.contains(0))
        #expect(request.contentType == "multipart/mixed")
        #expect(request.routes.first?.sip?.port == 5080)
    }

    @Test("3.1.1.12, 3.1.1.13: reason phrases in UTF-8, and none at all")
    func reasonPhrases() throws {
        let long = try TortureCorpus.response("unreason")
        #expect(long.status == 200)
        #expect(long.reason.hasPrefix("= 2**3 * 5**2 но"))
        let none = try TortureCorpus.response("noreason")
        #expect(none.status == 100)
        #expect(none.reason.isEmpty)
    }
}

extension StreamFramer.Frame {
    /// The method of the request in this frame.
    var method: SIPMethod? {
        guard case .message(let octets) = self, let message = try? MessageParser.parse(datagram: octets),
            case .request(let request) = message
        else { return nil }
        return request.method
    }
}
