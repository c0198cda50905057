package import SIPMessage

/// The client side of digest authentication: answers 401 and 407, and then adds credentials unasked.
/// RFC 3261 §22.2, §22.3, RFC 7616 §3.4, RFC 8760 §2.4.
///
/// A realm's challenge is answered once; again only if the server says that the nonce was stale. Of several
/// challenges of one realm the strongest algorithm is taken.
package struct DigestClient: Sendable {
    fileprivate struct Session: Sendable {
        var challenge: DigestChallenge
        var role: DigestRole
        var credentials: DigestCredentials
        var count: UInt32
        /// Set while the server has not let a request with this challenge pass.
        var isUnproven: Bool
        var staleAnswers: Int
    }

    /// Stale nonces in a row that are believed.
    private static let staleLimit = 3

    private let credentials: [DigestCredentials]
    private var sessions: [Session] = []

    package init(credentials: [DigestCredentials]) { self.credentials = credentials }

    package var hasCredentials: Bool { !credentials.isEmpty }

    /// A realm has challenged: `authorize` would add something.
    package var hasChallenge: Bool { !sessions.isEmpty }

    /// Takes in a 401 or 407.
    ///
    /// - Returns: whether the request is worth sending again, by `authorize`; false where we have no credentials for a
    ///   realm that challenges, know none of its algorithms, or have been refused.
    package mutating func take(_ response: SIPResponse) -> Bool {
        let roles: [DigestRole] = [.server, .proxy].filter { $0.status == response.status }
        var hasNew = false
        for role in roles {
            for challenge in Self.strongest(response.fields.all(role.challengeField)) {
                guard take(challenge, role) else { return false }
                hasNew = true
            }
        }
        return hasNew
    }

    /// Notes that a request was let pass, so that a later challenge is answered again.
    package mutating func noteAccepted() {
        for index in sessions.indices {
            sessions[index].isUnproven = false
            sessions[index].staleAnswers = 0
        }
    }

    /// Adds credentials for every realm that has challenged so far, in place of those there.
    /// - Parameter cnonce: fresh chance, at least 64 bits as text.
    package mutating func authorize(_ request: inout SIPRequest, cnonce: String) {
        request.fields.remove(.authorization)
        request.fields.remove(.proxyAuthorization)
        for index in sessions.indices {
            sessions[index].count += 1
            guard let value = sessions[index].authorization(for: request, cnonce: cnonce) else { continue }
            request.fields.append(sessions[index].role.authorizationField, value.fieldValue)
        }
    }

    private mutating func take(_ challenge: DigestChallenge, _ role: DigestRole) -> Bool {
        guard let credentials = credentials.first(where: { $0.realm == nil || $0.realm == challenge.realm }) else {
            return false
        }
        let fresh = Session(
            challenge: challenge, role: role, credentials: credentials, count: 0, isUnproven: true, staleAnswers: 0)
        guard let index = sessions.firstIndex(where: { $0.role == role && $0.challenge.realm == challenge.realm })
        else {
            sessions.append(fresh)
            return true
        }
        let old = sessions[index]
        guard !old.isUnproven || (challenge.isStale && old.staleAnswers < Self.staleLimit) else { return false }
        sessions[index] = fresh
        sessions[index].staleAnswers = old.staleAnswers + (challenge.isStale ? 1 : 0)
        return true
    }

    /// One challenge a realm, in the order in which realms come; those that we cannot answer are passed over.
    private static func strongest(_ fields: [String]) -> [DigestChallenge] {
        var chosen: [DigestChallenge] = []
        for text in fields {
            guard let challenge = try? DigestChallenge(parsing: text), challenge.isAnswerable,
                let algorithm = challenge.variant?.algorithm
            else { continue }
            guard let index = chosen.firstIndex(where: { $0.realm == challenge.realm }) else {
                chosen.append(challenge)
                continue
            }
            if let best = chosen[index].variant?.algorithm, algorithm > best { chosen[index] = challenge }
        }
        return chosen
    }
}

extension DigestClient.Session {
    fileprivate func authorization(for request: SIPRequest, cnonce: String) -> DigestAuthorization? {
        guard let variant = challenge.variant,
            let hash = credentials.secret.secretHash(
                username: credentials.username, realm: challenge.realm, variant.algorithm)
        else { return nil }
        let protection: DigestProtection? = challenge.protections.contains(.auth) ? .auth : challenge.protections.first
        var value = DigestAuthorization(
            username: credentials.username, realm: challenge.realm, nonce: challenge.nonce,
            uri: request.uri.description, response: "", variant: variant, opaque: challenge.opaque,
            count: protection.map { .init(protection: $0, number: count, cnonce: cnonce) },
            cnonce: protection != nil || variant.isSession ? cnonce : nil)
        guard
            let response = DigestComputation.response(
                secretHash: hash, to: value, method: request.method.name, body: request.body)
        else { return nil }
        value.response = response
        return value
    }
}
