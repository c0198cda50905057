import SIPMessage
import Testing

@Suite("RFC 3261 §20 header fields")
struct RFC3261_20_HeaderFields {
    @Test("20.10: addresses with and without brackets and names")
    func addresses() throws {
        let quoted = try NameAddress(parsing: "\"A. \\\"B\\\" , <C>\"<sip:a@h;x>;tag=1;q=0.5")
        #expect(quoted.displayName == "A. \"B\" , <C>")
        #expect(quoted.sip?.params.contains("x") == true)
        #expect(quoted.tag == "1")
        #expect(quoted.quality == 500)
        let bare = try NameAddress(parsing: "sip:a@h;tag=1")
        #expect(bare.sip?.params.isEmpty == true)
        #expect(bare.tag == "1")
    }

    @Test(
        "20.10: refused",
        arguments: [
            "<sip:a@h", "\"a <sip:a@h>", "A, B <sip:a@h>", "<sip:a@h>;", "<sip:a@h>;;x", "< sip:a@h>", "sip:a@h?x=y",
            "<>", "",
        ])
    func badAddresses(text: String) {
        #expect(throws: SyntaxProblem.self) { try NameAddress(parsing: text) }
    }

    @Test("20.10: what is written is read again equal")
    func writtenAddress() throws {
        var address = NameAddress(displayName: "O'Neil \"Sh\\aq\"", SIPURI(user: "x y", host: "h"), tag: "t")
        address.params["expires"] = "60"
        address.params["+sip.instance"] = "<urn:uuid:1>"
        #expect(try NameAddress(parsing: address.description) == address)
        #expect(address.params["+sip.instance"] == "<urn:uuid:1>")
        #expect(address.expires == 60)
    }

    @Test(
        "20.10: q values",
        arguments: [("1", 1000), ("0", 0), ("1.000", 1000), ("0.7", 700), ("0.07", 70), ("0.333", 333)])
    func quality(text: String, thousandths: Int) throws {
        #expect(try NameAddress(parsing: "<sip:a@h>;q=\(text)").quality == thousandths)
    }

    @Test("20.10: q values that are none count as absent", arguments: ["1.1", "2", "0.1234", "x", "-1", "0.+1"])
    func badQuality(text: String) throws {
        #expect(try NameAddress(parsing: "<sip:a@h>;q=\(text)").quality == nil)
    }

    @Test("20.42: Via in all its parts")
    func via() throws {
        var via = try ViaField(
            parsing: "SIP / 2.0 / UDP first.example.com: 4000;ttl=16 ;maddr=224.2.0.1 ;branch=z9hG4bKa7c6a8dlze.1;rport"
        )
        #expect(via.transport == "UDP")
        #expect(via.port == 4000)
        #expect(via.ttl == 16)
        #expect(via.maddr == "224.2.0.1")
        #expect(via.hasMagicCookie)
        #expect(via.wantsRport && via.rport == nil)
        via.setRport(5062)
        via.received = "2001:db8::1"
        #expect(
            via.description
                == "SIP/2.0/UDP first.example.com:4000;ttl=16;maddr=224.2.0.1;branch=z9hG4bKa7c6a8dlze.1;rport=5062;received=2001:db8::1"
        )
        #expect(via.sentBy == "first.example.com:4000")
        #expect(try ViaField(parsing: "SIP/2.0/TLS [::1]").sentBy == "[::1]:5061")
    }

    @Test(
        "20.42: refused",
        arguments: [
            "SIP/2.0/UDP", "SIP/3.0/UDP h", "XIP/2.0/UDP h", "SIP/2.0 h", "SIP/2.0/UDPh", "SIP/2.0/UDP h;",
            "SIP/2.0/UDP h:0x", "SIP/2.0/UDP h:70000", "SIP/2.0/UDP h;a=\"b",
        ])
    func badVia(text: String) {
        #expect(throws: SyntaxProblem.self) { try ViaField(parsing: text) }
    }

    @Test("20.16: CSeq fits 32 bits")
    func sequence() throws {
        #expect(try CSeqField(parsing: "4294967295 INVITE").number == .max)
        for text in ["4294967296 INVITE", "-1 INVITE", "1INVITE", "INVITE", "1", "1 IN VITE"] {
            #expect(throws: SyntaxProblem.self) { try CSeqField(parsing: text) }
        }
    }

    @Test("7.3.1: lists are split at commas outside quotes and brackets, credentials are not")
    func lists() {
        var fields = HeaderFields()
        fields.append(.contact, "\"a,b\" <sip:x,y@h>;p=\"1,2\" ,, <sip:z@h>")
        fields.append(.contact, "<sip:w@h>")
        fields.append(.wwwAuthenticate, "Digest realm=\"a\", nonce=\"b\"")
        fields.append("X-List", "a, b")
        #expect(fields.values(.contact) == ["\"a,b\" <sip:x,y@h>;p=\"1,2\"", "<sip:z@h>", "<sip:w@h>"])
        #expect(fields.values(.wwwAuthenticate) == ["Digest realm=\"a\", nonce=\"b\""])
        #expect(fields.values("x-list") == ["a, b"])
        #expect(fields.count(of: .contact) == 2)
    }

    @Test(
        "7.3.3: compact names are their long names",
        arguments: [
            ("i", "Call-ID"), ("m", "CONTACT"), ("e", "content-encoding"), ("l", "Content-Length"),
            ("c", "Content-Type"), ("f", "From"), ("s", "Subject"), ("k", "Supported"), ("T", "To"), ("V", "Via"),
            ("x", "Session-Expires"), ("r", "Refer-To"), ("b", "Referred-By"), ("o", "Event"), ("u", "Allow-Events"),
        ])
    func compact(letter: String, name: String) {
        #expect(HeaderName(letter) == HeaderName(name))
    }

    @Test("all known names are found in any case")
    func knownNames() {
        for known in KnownHeader.allCases {
            #expect(HeaderName(known.rawValue.uppercased()).known == known)
        }
        #expect(HeaderName("X-Via").known == nil)
        #expect(HeaderName("x-foo") == HeaderName("X-FOO"))
    }

    @Test("RFC 3326: Reason")
    func reason() throws {
        var message = SIPRequest(method: .bye, uri: .tel("1"))
        message.reasonHeader = ReasonField(protocolName: "Q.850", cause: 16, text: "Normal \"clearing\"")
        #expect(message.fields.first(.reason) == "Q.850;cause=16;text=\"Normal \\\"clearing\\\"\"")
        #expect(message.reasonHeader?.cause == 16)
        #expect(message.reasonHeader?.isQ850 == true)
        message.fields.set(.reason, "SIP ;cause=200 ;text=\"Call completed elsewhere\", Q.850;cause=26")
        #expect(message.reasons.map(\.cause) == [200, 26])
    }

    @Test("20.33, 20.43: Retry-After with a comment, Warning")
    func retryAndWarning() throws {
        var response = SIPResponse(status: 503)
        response.fields.append(.retryAfter, "18000;duration=3600 (maintenance)")
        #expect(response.retryAfter == 18_000)
        response.warnings = [WarningField(code: 399, agent: "h:5060", text: "a \"b\"")]
        #expect(response.fields.first(.warning) == "399 h:5060 \"a \\\"b\\\"\"")
        #expect(response.warnings.first?.text == "a \"b\"")
    }

    @Test("20.19: Expires that does not fit 32 bits counts as absent")
    func expires() {
        var request = SIPRequest(method: .register, uri: .tel("1"))
        request.fields.append(.expires, "10000000000000000")
        #expect(request.expires == nil)
        request.expires = 3600
        #expect(request.expires == 3600)
        #expect(request.fields.count(of: .expires) == 1)
    }
}
