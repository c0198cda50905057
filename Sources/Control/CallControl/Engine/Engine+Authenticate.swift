import Octets
import SIPAuth
import SIPMessage
import SIPTransaction
import SwitchConfig
import Timing

/// Who sent a request, by its password. RFC 3261 §22; nothing is kept of those who do not prove it.
extension CallEngine {
    /// - Returns: the account; nil when a challenge or a refusal has been sent.
    func authenticate(_ request: SIPRequest, from hop: Hop, as role: DigestRole) -> String? {
        let verdict = challenger.verify(request, role: role, now: now) { [directory] user in
            directory.account(user).map { DigestSecret(password: $0.password.value) }
        }
        switch verdict {
        case .ok(let user):
            bans.proved(hop.remote.address, now: now)
            return user
        case .challenge(let stale):
            challenge(request, from: hop, as: role, stale: stale)
        case .refused(let refusal, let user):
            refused(request, from: hop, as: role, refusal, user)
        }
        return nil
    }

    private func challenge(_ request: SIPRequest, from hop: Hop, as role: DigestRole, stale: Bool) {
        counts.challenges += 1
        let response = challenger.response(
            to: request, role: role, stale: stale, toTag: statelessTag(of: request), chance: generator.next(),
            now: now)
        answer(response, to: request, from: hop)
    }

    private func refused(
        _ request: SIPRequest, from hop: Hop, as role: DigestRole, _ refusal: DigestRefusal, _ user: String?
    ) {
        counts.failedAuthentications += 1
        let name = LogText.escaped(user ?? "")
        log(
            .notice,
            "\(request.method.isWellKnown ? request.method.name : "request") of \(name) from \(hop.remote) refused: \(refusal.word)"
        )
        failed(from: hop.remote.address)
        switch refusal {
        case .malformed:
            refuse(request, from: hop, status: 400, reason: "Bad Credentials")
        case .unknownUser, .wrongPassword, .otherResource:
            challenge(request, from: hop, as: role, stale: false)
        }
    }

    static func makeChallenger(_ configuration: Configuration, nonceKey: [UInt8]) -> DigestChallenger {
        let auth = configuration.sip.auth
        return DigestChallenger(
            realm: auth.realm ?? configuration.sip.domain, secret: nonceKey,
            algorithms: auth.algorithms.map(DigestAlgorithm.init), lifetime: .seconds(auth.nonceSeconds))
    }
}

extension DigestAlgorithm {
    fileprivate init(_ name: DigestName) {
        switch name {
        case .md5: self = .md5
        case .sha256: self = .sha256
        case .sha512_256: self = .sha512_256
        }
    }
}

extension DigestRefusal {
    /// For logs.
    fileprivate var word: String {
        switch self {
        case .malformed: "malformed credentials"
        case .unknownUser: "no such account"
        case .wrongPassword: "wrong password"
        case .otherResource: "credentials for another request"
        }
    }
}
