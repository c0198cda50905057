import SIPAuth
import SIPMessage
import Timing

/// One value of an authentication field, either kind. What is read reads alike after writing; a client and a server
/// that are given it neither stop nor let a stranger in.
package func fuzzDigestHeader(_ bytes: UnsafeRawBufferPointer) {
    let text = String(decoding: bytes, as: UTF8.self)
    if let challenge = try? DigestChallenge(parsing: text) { tryChallenge(challenge, text) }
    if let authorization = try? DigestAuthorization(parsing: text) { tryAuthorization(authorization, text) }
}

private func tryChallenge(_ challenge: DigestChallenge, _ text: String) {
    if challenge.variant != nil, challenge.isAnswerable {
        let again = try? DigestChallenge(parsing: challenge.description)
        precondition(again?.realm == challenge.realm && again?.nonce == challenge.nonce, "a challenge changed")
    }
    var response = SIPResponse(status: 401)
    response.fields.append(.wwwAuthenticate, text)
    var client = DigestClient(credentials: [DigestCredentials(username: "bob", password: "secret")])
    guard client.take(response) else { return }
    var request = SIPRequest(method: .register, uri: .sip(SIPURI(host: "example.com")))
    client.authorize(&request, cnonce: "0123456789abcdef")
    let values = request.fields.all(.authorization).map { try? DigestAuthorization(parsing: $0) }
    precondition(!values.isEmpty && values.allSatisfy { $0 != nil }, "an answer of ours cannot be read")
}

private func tryAuthorization(_ authorization: DigestAuthorization, _ text: String) {
    let again = try? DigestAuthorization(parsing: authorization.fieldValue)
    if authorization.variant != nil { precondition(again == authorization, "credentials changed") }
    var challenger = DigestChallenger(realm: authorization.realm, secret: [UInt8](repeating: 1, count: 32))
    var request = SIPRequest(method: .register, uri: .sip(SIPURI(host: "example.com")))
    request.fields.append(.authorization, text)
    let verdict = challenger.verify(request, role: .server, now: .start) { _ in DigestSecret(password: "secret") }
    if case .ok = verdict { fatalError("a stranger was let in") }
}
