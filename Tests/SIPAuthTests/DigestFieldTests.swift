import SIPAuth
import Testing

@Suite("RFC 3261 §25.1, RFC 7616 §3.3-3.4: digest header fields")
struct DigestFieldTests {
    @Test("a challenge: names in any case, spaces, quoted pairs, unknown parameters")
    func challenge() throws {
        let challenge = try DigestChallenge(
            parsing: "digest  REALM=\"a \\\"b\\\" \\\\c\" ,\t nonce = \"n,1=2\",QoP=\"auth, auth-int,odd\", "
                + "Algorithm=sha-256,STALE=TRUE, opaque=\"\", charset=UTF-8, domain=\"sip:x\"")
        #expect(challenge.realm == "a \"b\" \\c")
        #expect(challenge.nonce == "n,1=2")
        #expect(challenge.protections == [.auth, .authInt])
        #expect(challenge.variant == DigestVariant(.sha256))
        #expect(challenge.isStale)
        #expect(challenge.opaque == "")
    }

    @Test("what is written is read back the same")
    func roundTrip() throws {
        let challenge = DigestChallenge(
            realm: "we \"quote\" \\ this", nonce: "abc", opaque: "o", isStale: true,
            variant: DigestVariant(.sha512_256), protections: [.auth])
        #expect(try DigestChallenge(parsing: challenge.description) == challenge)
        let authorization = DigestAuthorization(
            username: "al\"ice", realm: "r", nonce: "n", uri: "sip:a@b", response: "00ff",
            variant: DigestVariant(.md5, isSession: true), opaque: "o",
            count: .init(protection: .authInt, number: 0xab, cnonce: "c"))
        #expect(authorization.fieldValue.contains("nc=000000ab"))
        #expect(try DigestAuthorization(parsing: authorization.fieldValue) == authorization)
    }

    @Test("no algorithm means MD5; an unknown one cannot be answered; no qop can")
    func algorithms() throws {
        let plain = try DigestChallenge(parsing: "Digest realm=\"r\", nonce=\"n\"")
        #expect(plain.variant == DigestVariant(.md5))
        #expect(plain.isAnswerable)
        let unknown = try DigestChallenge(parsing: "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-1024")
        #expect(unknown.variant == nil)
        #expect(!unknown.isAnswerable)
        let session = try DigestChallenge(parsing: "Digest realm=\"r\", nonce=\"n\", algorithm=SHA-256-sess")
        #expect(session.variant == DigestVariant(.sha256, isSession: true))
        let odd = try DigestChallenge(parsing: "Digest realm=\"r\", nonce=\"n\", qop=\"odd\"")
        #expect(!odd.isAnswerable)
    }

    @Test("quotes left out around a URI or base64 are tolerated")
    func bareValues() throws {
        let found = try DigestAuthorization(
            parsing: "Digest username=bob,realm=r,nonce=abc==,uri=sip:bob@h:5060;x=y,response=FF")
        #expect(found.nonce == "abc==")
        #expect(found.uri == "sip:bob@h:5060;x=y")
        #expect(found.response == "ff")
    }

    @Test(
        "malformed fields are refused with the reason",
        arguments: [
            ("Basic YTpi", DigestProblem.scheme), ("", .scheme), ("Digest", .scheme), ("Digestrealm=\"r\"", .scheme),
            ("Digest realm=\"r\"", .missing), ("Digest realm", .syntax), ("Digest realm=", .syntax),
            ("Digest realm=\"r", .syntax), ("Digest realm=\"r\\", .syntax), ("Digest realm=\"r\" nonce=\"n\"", .syntax),
            ("Digest =\"r\"", .syntax), ("Digest realm=\"r\", nonce=\"n\", REALM=\"s\"", .duplicate),
            ("Digest " + String(repeating: "a", count: 9_000), .tooLong),
            ("Digest " + (0..<40).map { "p\($0)=1" }.joined(separator: ","), .tooLong),
        ])
    func malformed(_ text: String, _ problem: DigestProblem) {
        #expect(throws: problem) { try DigestChallenge(parsing: text) }
    }

    @Test(
        "nonce counts are eight hexadecimal digits and come with a cnonce",
        arguments: [
            ("qop=auth, nc=1, cnonce=\"c\"", DigestProblem.value), ("qop=auth, nc=0000000g, cnonce=\"c\"", .value),
            ("qop=auth, nc=+0000001, cnonce=\"c\"", .value), ("qop=auth, cnonce=\"c\"", .missing),
            ("qop=auth, nc=00000001", .missing), ("qop=odd, nc=00000001, cnonce=\"c\"", .value),
        ])
    func counts(_ tail: String, _ problem: DigestProblem) {
        let head = "Digest username=\"u\", realm=\"r\", nonce=\"n\", uri=\"sip:x\", response=\"00\", "
        #expect(throws: problem) { try DigestAuthorization(parsing: head + tail) }
    }

    @Test("empty list elements are let pass")
    func emptyElements() throws {
        #expect(try DigestChallenge(parsing: "Digest , realm=\"r\",, nonce=\"n\",").nonce == "n")
    }

    @Test("no secret shows in any description")
    func secrecy() {
        let credentials = DigestCredentials(username: "bob", password: "zanzibar")
        #expect(!"\(credentials)".contains("zanzibar"))
        #expect(!String(reflecting: credentials).contains("zanzibar"))
        #expect(!"\(DigestSecret(hashes: [.md5: "0123456789abcdef"]))".contains("0123"))
        var text = ""
        dump(DigestClient(credentials: [credentials]), to: &text)
        #expect(!text.contains("zanzibar"))
        #expect(text.contains("bob"))
    }
}
