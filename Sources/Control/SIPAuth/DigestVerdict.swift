/// What became of a request's credentials.
package enum DigestVerdict: Hashable, Sendable {
    /// The request is this user's.
    case ok(user: String)
    /// Challenge it: it had no credentials for our realm, or (`stale`) good ones with an aged or repeated nonce.
    case challenge(stale: Bool)
    /// Refuse it, and count it against its source.
    case refused(DigestRefusal, user: String?)
}

/// Why credentials were refused.
package enum DigestRefusal: Hashable, Sendable {
    case malformed(DigestProblem)
    case unknownUser
    case wrongPassword
    /// The `uri` parameter names another resource than the request. RFC 3261 §22.4.
    case otherResource

    /// A malformed field is a bad request. The others get a new challenge, so that nobody learns which names
    /// exist, or 403 where the owner's policy says so.
    package var status: Int {
        switch self {
        case .malformed: 400
        case .unknownUser, .wrongPassword, .otherResource: 403
        }
    }
}

/// Whether we challenge as the end of a request's way (401) or as a proxy on it (407). RFC 3261 §22.2, §22.3.
package enum DigestRole: Hashable, Sendable {
    case server
    case proxy

    package var status: Int {
        switch self {
        case .server: 401
        case .proxy: 407
        }
    }
}
