package import SIPMessage
package import Timing

/// The server side of digest authentication. RFC 3261 §22, RFC 7616, RFC 8760.
///
/// Owner: one SIP shard. Handing out a challenge keeps no state; verified nonces are kept in a bounded window.
package struct DigestChallenger: Sendable {
    package let realm: String
    /// The challenges of one response, topmost first; a client takes the first that it knows (RFC 8760 §2.4), and
    /// some old ones take the first or none at all.
    package let algorithms: [DigestAlgorithm]
    package let lifetime: TimeSpan
    /// Whether RFC 2069's form, without `qop`, is taken. Its nonces work once.
    package let acceptsBareDigest: Bool
    private let secret: [UInt8]
    private var window: NonceWindow

    /// - Parameters:
    ///   - secret: at least 32 octets of chance, drawn anew at every start: the window of used counts starts empty.
    ///   - windowCapacity: nonces in use at once; beyond that the oldest ages early.
    package init(
        realm: String, secret: [UInt8], algorithms: [DigestAlgorithm] = [.sha256, .md5],
        lifetime: TimeSpan = .seconds(300), windowCapacity: Int = 65_536, acceptsBareDigest: Bool = true
    ) {
        self.realm = realm
        self.secret = secret
        self.algorithms = algorithms.isEmpty ? [.md5] : algorithms
        self.lifetime = lifetime
        self.acceptsBareDigest = acceptsBareDigest
        window = NonceWindow(capacity: windowCapacity)
    }

    /// The challenges to put into a 401 or 407, in order.
    /// - Parameter chance: 64 random bits, fresh for each call.
    package func challenges(stale: Bool, chance: UInt64, now: MonotonicInstant) -> [DigestChallenge] {
        guard let nonce = SignedNonce(issued: now, chance: chance).text(secret: secret, realm: realm) else { return [] }
        return algorithms.map { algorithm in
            DigestChallenge(realm: realm, nonce: nonce, isStale: stale, variant: DigestVariant(algorithm))
        }
    }

    /// A whole 401 or 407 for a request.
    package func response(
        to request: SIPRequest, role: DigestRole, stale: Bool, toTag: String, chance: UInt64, now: MonotonicInstant
    ) -> SIPResponse {
        var response = SIPResponse(to: request, status: role.status, toTag: toTag)
        for challenge in challenges(stale: stale, chance: chance, now: now) {
            response.fields.append(role.challengeField, challenge.description)
        }
        return response
    }

    /// Checks a request's credentials for our realm.
    ///
    /// - Parameter secret: the secret of a user name, or nil for none of ours. Called at most once.
    package mutating func verify(
        _ request: SIPRequest, role: DigestRole, now: MonotonicInstant, secret lookUp: (String) -> DigestSecret?
    ) -> DigestVerdict {
        let authorization: DigestAuthorization?
        do { authorization = try ourAuthorization(in: request, role) } catch {
            return .refused(.malformed(error), user: nil)
        }
        guard let authorization, let variant = authorization.variant else { return .challenge(stale: false) }
        guard Self.names(authorization.uri, request.uri) else {
            return .refused(.otherResource, user: authorization.username)
        }
        if let refusal = check(authorization, variant, request, lookUp(authorization.username)) {
            return .refused(refusal, user: authorization.username)
        }
        return admit(authorization, now)
    }

    /// The password is right: now the nonce must be ours and young, and its count new. A nonce of an earlier run of
    /// this node, whose secret was another, is stale too, so that no telephone asks its user for a password.
    private mutating func admit(_ authorization: DigestAuthorization, _ now: MonotonicInstant) -> DigestVerdict {
        guard authorization.count != nil || acceptsBareDigest else { return .challenge(stale: false) }
        guard let nonce = SignedNonce(authorization.nonce, secret: secret, realm: realm), nonce.issued <= now,
            now - nonce.issued <= lifetime
        else { return .challenge(stale: true) }
        window.forget(before: now - lifetime)
        let number = authorization.count?.number ?? 1
        guard window.admits(nonce, number) else { return .challenge(stale: true) }
        window.use(nonce, number)
        return .ok(user: authorization.username)
    }

    /// The first value for our realm with an algorithm that we offered.
    private func ourAuthorization(
        in request: SIPRequest, _ role: DigestRole
    ) throws(DigestProblem) -> DigestAuthorization? {
        var other: DigestProblem?
        for text in request.fields.all(role.authorizationField) {
            do {
                let value = try DigestAuthorization(parsing: text)
                if value.realm == realm, let variant = value.variant, algorithms.contains(variant.algorithm) {
                    return value
                }
            } catch {
                // Another scheme is somebody else's affair.
                if error != .scheme { other = error }
            }
        }
        if let other { throw other }
        return nil
    }

    /// Does the same work for an unknown name as for a known one, so that time tells nothing.
    private func check(
        _ authorization: DigestAuthorization, _ variant: DigestVariant, _ request: SIPRequest, _ known: DigestSecret?
    ) -> DigestRefusal? {
        let secret = known ?? DigestSecret(password: "")
        guard
            let hash = secret.secretHash(username: authorization.username, realm: realm, variant.algorithm),
            let expected = DigestComputation.response(
                secretHash: hash, to: authorization, method: request.method.name, body: request.body)
        else { return .wrongPassword }
        let isEqual = MessageDigest.isEqual(Array(expected.utf8), Array(authorization.response.utf8))
        if known == nil { return .unknownUser }
        return isEqual ? nil : .wrongPassword
    }

    /// Whether `uri` means the resource of the request line. Parameters and port are left aside: clients differ there,
    /// and the hash and the nonce bind the rest.
    private static func names(_ uri: String, _ requestURI: RequestURI) -> Bool {
        if uri == requestURI.description { return true }
        guard let named = try? RequestURI(parsing: uri) else { return false }
        guard let one = named.sip, let other = requestURI.sip else { return named == requestURI }
        return one.user == other.user && one.host.lowercased() == other.host.lowercased()
    }
}

extension DigestRole {
    package var challengeField: HeaderName {
        switch self {
        case .server: .wwwAuthenticate
        case .proxy: .proxyAuthenticate
        }
    }

    package var authorizationField: HeaderName {
        switch self {
        case .server: .authorization
        case .proxy: .proxyAuthorization
        }
    }
}
