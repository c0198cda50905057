import SIPAuth
import Testing

@Suite("RFC 7616 §3.9, RFC 2617 §3.5: the worked examples")
struct RFC7616_3_9_Vectors {
    private func response(
        _ algorithm: DigestAlgorithm, user: String, realm: String, password: String, nonce: String, cnonce: String,
        uri: String
    ) throws -> String {
        let hash = try #require(
            DigestComputation.secretHash(username: user, realm: realm, password: password, algorithm))
        let authorization = DigestAuthorization(
            username: user, realm: realm, nonce: nonce, uri: uri, response: "", variant: DigestVariant(algorithm),
            count: .init(protection: .auth, number: 1, cnonce: cnonce))
        return try #require(
            DigestComputation.response(secretHash: hash, to: authorization, method: "GET", body: []))
    }

    private func mufasa(_ algorithm: DigestAlgorithm) throws -> String {
        try response(
            algorithm, user: "Mufasa", realm: "http-auth@example.org", password: "Circle of Life",
            nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
            cnonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", uri: "/dir/index.html")
    }

    @Test("§3.9.1 MD5 and SHA-256")
    func firstExample() throws {
        #expect(try mufasa(.md5) == "8ca523f5e9506fed4657c9700eebdbec")
        #expect(try mufasa(.sha256) == "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1")
    }

    @Test("§3.9.2 SHA-512-256, with the response of erratum 4897")
    func secondExample() throws {
        let found = try response(
            .sha512_256, user: "J\u{e4}s\u{f8}n Doe", realm: "api@example.org", password: "Secret, or not?",
            nonce: "5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK",
            cnonce: "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", uri: "/doe.json")
        #expect(found == "3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5")
    }

    @Test("RFC 2617 §3.5")
    func oldExample() throws {
        let found = try response(
            .md5, user: "Mufasa", realm: "testrealm@host.com", password: "Circle Of Life",
            nonce: "dcd98b7102dd2f0e8b11d0f600bfb0c093", cnonce: "0a4f113b", uri: "/dir/index.html")
        #expect(found == "6629fae49393a05397450978507c4ef1")
    }

    private func biloxi(
        _ variant: DigestVariant, _ count: DigestAuthorization.Count?, body: String = ""
    ) throws -> String? {
        let nonce = "dcd98b7102dd2f0e8b11d0f600bfb0c093"
        let hash = try #require(
            DigestComputation.secretHash(
                username: "bob", realm: "biloxi.com", password: "zanzibar", variant.algorithm))
        let authorization = DigestAuthorization(
            username: "bob", realm: "biloxi.com", nonce: nonce, uri: "sip:bob@biloxi.com", response: "",
            variant: variant, count: count)
        return DigestComputation.response(
            secretHash: hash, to: authorization, method: "INVITE", body: Array(body.utf8))
    }

    @Test("auth-int hashes the body, -sess binds the first hash to the nonces, no qop leaves both out")
    func variants() throws {
        let integrity = DigestAuthorization.Count(protection: .authInt, number: 2, cnonce: "0a4f113b")
        #expect(
            try biloxi(DigestVariant(.sha256), integrity, body: "v=0\r\n")
                == "d39e4eb55e157e825a2dedd957f3d504b250be3ea1aea70962bfad088a3db71c")
        let plain = DigestAuthorization.Count(protection: .auth, number: 1, cnonce: "0a4f113b")
        #expect(try biloxi(DigestVariant(.md5, isSession: true), plain) == "e4e4ea61d186d07a92c9e1f6919902e9")
        #expect(try biloxi(DigestVariant(.md5), nil) == "bf57e4e0d0bffc0fbaedce64d59add5e")
    }
}
