import SIPMessage
import Testing

@Suite("RFC 3261 §19.1 SIP and SIPS URIs")
struct RFC3261_19_1_URIs {
    private func uri(_ text: String) throws -> SIPURI { try SIPURI(parsing: text) }

    @Test("every part is read")
    func parts() throws {
        let uri = try uri(
            "sips:alice:secret%20word@[2001:db8::1]:5071;transport=tcp;lr?subject=project%20x&priority=urgent")
        #expect(uri.isSecure)
        #expect(uri.user == "alice")
        #expect(uri.password == "secret word")
        #expect(uri.bareHost == "2001:db8::1")
        #expect(uri.port == 5071)
        #expect(uri.transport == "tcp")
        #expect(uri.isLooseRouter)
        #expect(uri.headers.map(\.name) == ["subject", "priority"])
    }

    @Test(
        "written as it was read",
        arguments: [
            "sip:example.com", "sip:1001@192.0.2.1:5060", "sip:a%20b@h;user=phone;x=%3B",
            "sips:u@[::1]:1;maddr=1.2.3.4",
            "sip:+1-212-555-1212:1234@gateway.com;user=phone", "sip:h?to=alice%40atlanta.com",
        ])
    func roundTrip(text: String) throws {
        #expect(try uri(text).description == text)
    }

    @Test(
        "refused",
        arguments: [
            "", "sip:", "sip", "sip:@h", "sip:a@", "sip:a b@h", "sip:h:", "sip:h:99999", "sip:[::1", "sip:2001:db8::1",
            "sip:a@b@c", "sip:a%2@h", "sip:a%zz@h", "sip:h;", "sip:h;=x", "sip:h?a", "<sip:a@h>", "sip:a@h>",
            "sip:a\r\n@h",
            "sip:h/x", "http:/ x",
        ])
    func refused(text: String) {
        #expect(throws: SyntaxProblem.self) { try RequestURI(parsing: text) }
    }

    @Test(
        "19.1.4: equivalent",
        arguments: [
            ("sip:%61lice@atlanta.com;transport=TCP", "sip:alice@AtLanTa.CoM;Transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com;newparam=5"),
            ("sip:carol@chicago.com;security=on", "sip:carol@chicago.com"),
            (
                "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com",
                "sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com"
            ),
            (
                "sip:alice@atlanta.com?subject=project%20x&priority=urgent",
                "sip:alice@atlanta.com?priority=urgent&subject=project%20x"
            ),
            ("sip:a@[2001:DB8:0:0::1]", "sip:a@[2001:db8::1]"),
        ])
    func equivalent(one: String, other: String) throws {
        #expect(try uri(one).isEquivalent(to: uri(other)))
        #expect(try uri(other).isEquivalent(to: uri(one)))
    }

    @Test(
        "19.1.4: not equivalent",
        arguments: [
            ("SIP:ALICE@AtLanTa.CoM;Transport=udp", "sip:alice@AtLanTa.CoM;Transport=UDP"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:5060"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com;transport=udp"),
            ("sip:bob@biloxi.com", "sip:bob@biloxi.com:6000;transport=tcp"),
            ("sip:carol@chicago.com", "sip:carol@chicago.com?Subject=next%20meeting"),
            ("sip:bob@phone21.boxesbybob.com", "sip:bob@192.0.2.4"),
            ("sip:a@h", "sips:a@h"),
            ("sip:h", "sip:a@h"),
            ("sip:a@h", "sip:a:p@h"),
            ("sip:a@h;user=phone", "sip:a@h"),
            ("sip:a@h;maddr=1.2.3.4", "sip:a@h"),
            ("sip:a@h;x=1", "sip:a@h;x=2"),
            ("sip:a;b@h", "sip:a%3Bb@h"),
        ])
    func different(one: String, other: String) throws {
        #expect(try !uri(one).isEquivalent(to: uri(other)))
        #expect(try !uri(other).isEquivalent(to: uri(one)))
    }

    @Test("19.1.4: security=on and security=off both equal the bare URI, not each other")
    func notTransitive() throws {
        let bare = try uri("sip:carol@chicago.com")
        let on = try uri("sip:carol@chicago.com;security=on")
        let off = try uri("sip:carol@chicago.com;security=off")
        #expect(bare.isEquivalent(to: on) && bare.isEquivalent(to: off) && !on.isEquivalent(to: off))
    }

    @Test("19.1.2: what code puts into a user part is escaped")
    func escaping() throws {
        var uri = SIPURI(user: "a b@c:d\r\n#", host: "h")
        #expect(uri.description == "sip:a%20b%40c%3Ad%0D%0A%23@h")
        #expect(try self.uri(uri.description).user == "a b@c:d\r\n#")
        uri.setParameter("x", "1;2")
        #expect(uri.description.hasSuffix(";x=1%3B2"))
        #expect(uri.parameter("x") == "1;2")
    }

    @Test("an unescaped # in a dialled code is understood, and goes on escaped")
    func hash() throws {
        let uri = try uri("sip:*21#%20@h")
        #expect(uri.user == "*21# ")
        #expect(uri.description == "sip:*21%23%20@h")
    }

    @Test("other schemes keep what follows the colon")
    func otherSchemes() throws {
        let tel = try RequestURI(parsing: "tel:+1-212;phone-context=x")
        #expect(tel == .tel("+1-212;phone-context=x"))
        #expect(tel.user == "+1-212")
        #expect(tel.isEquivalent(to: .tel("+1212;phone-context=x")))
        #expect(try RequestURI(parsing: "URN:service:sos") == .other(scheme: "urn", "service:sos"))
    }
}
