import SIPAuth
import SIPMessage
import SIPTransaction
import Timing

/// Keeps one address of record registered. RFC 3261 §10.2, §22.2.
///
/// A value without clock: requests and the refresh timer are effects.
struct Registration: Sendable {
    enum Event: Sendable {
        case start
        case response(SIPResponse)
        case failed(TransactionFailure)
        /// The refresh, or the next try after a failed one.
        case timer
        /// Take the binding away.
        case stop
    }

    enum Effect: Sendable {
        case send(SIPRequest)
        case arm(after: TimeSpan)
        case disarm
        case registered(seconds: UInt32)
        /// The first registration failed for good, or a refresh did and is tried again.
        case failed(status: Int)
        /// Nothing is registered any more, or nobody knows.
        case removed
    }

    enum State: Sendable {
        case idle
        /// REGISTER is out; `isRefresh` when a binding stood before.
        case asking(isRefresh: Bool)
        case registered
        /// A refresh failed; the timer asks again.
        case retrying
        case removing
        case over
    }

    private(set) var state = State.idle
    private var digest: DigestClient
    private var chance: TokenSource
    private var sequence: UInt32 = 0
    /// Seconds to ask for; raised by 423.
    private var expires: UInt32
    /// 423 and challenges answered since the last success.
    private var repairs = 0
    private let identity: NameAddress
    private let contact: NameAddress
    private let uri: SIPURI
    private let callID: String
    private let tag: String
    private let headers: [(name: HeaderName, value: String)]

    /// How often one registration is repaired before its failure is believed.
    private static let repairLimit = 6

    init(
        _ registrar: RegistrarSettings, identity: NameAddress, contact: NameAddress,
        credentials: [DigestCredentials], headers: [(name: HeaderName, value: String)], chance: TokenSource
    ) {
        var chance = chance
        self.digest = DigestClient(credentials: credentials)
        self.expires = registrar.expires
        self.identity = identity
        self.contact = contact
        self.uri = registrar.uri
        self.headers = headers
        self.callID = chance.nextText()
        self.tag = chance.nextText()
        self.chance = chance
    }

    mutating func handle(_ event: Event, into effects: inout [Effect]) {
        switch state {
        case .idle:
            switch event {
            case .start: ask(isRefresh: false, &effects)
            case .stop: close(&effects)
            case .response, .failed, .timer: break
            }
        case .asking(let isRefresh):
            switch event {
            case .response(let response): answered(response, isRefresh, &effects)
            case .failed(let failure): fail(failure.status, retryAfter: nil, isRefresh, &effects)
            case .stop: remove(&effects)
            case .start, .timer: break
            }
        case .registered, .retrying:
            switch event {
            case .timer: ask(isRefresh: true, &effects)
            case .stop: remove(&effects)
            case .start, .response, .failed: break
            }
        case .removing:
            switch event {
            case .response(let response): removalAnswered(response, &effects)
            case .failed: close(&effects)
            case .start, .timer, .stop: break
            }
        case .over: break
        }
    }

    private mutating func ask(isRefresh: Bool, _ effects: inout [Effect]) {
        state = .asking(isRefresh: isRefresh)
        effects.append(.send(request(expires: expires)))
    }

    private mutating func remove(_ effects: inout [Effect]) {
        state = .removing
        repairs = 0
        effects.append(.disarm)
        effects.append(.send(request(expires: 0)))
    }

    private mutating func close(_ effects: inout [Effect]) {
        state = .over
        effects.append(.removed)
    }

    private mutating func answered(_ response: SIPResponse, _ isRefresh: Bool, _ effects: inout [Effect]) {
        guard response.isFinal else { return }
        if response.isSuccess {
            digest.noteAccepted()
            repairs = 0
            let granted = granted(by: response)
            state = .registered
            // Well before the end, a minute at most: a lost refresh must have time to be sent again.
            let refresh = max(granted / 2, granted > 60 ? granted - 60 : 0)
            effects.append(.arm(after: .seconds(Int(refresh))))
            effects.append(.registered(seconds: granted))
        } else if repair(response) {
            effects.append(.send(request(expires: expires)))
        } else {
            fail(response.status, retryAfter: response.retryAfter, isRefresh, &effects)
        }
    }

    private mutating func removalAnswered(_ response: SIPResponse, _ effects: inout [Effect]) {
        guard response.isFinal else { return }
        // The answer to a registration that was under way when the removal began.
        guard response.cseq?.number == sequence else { return }
        if !response.isSuccess, repair(response) {
            effects.append(.send(request(expires: 0)))
        } else {
            close(&effects)
        }
    }

    private mutating func fail(
        _ status: Int, retryAfter: UInt32?, _ isRefresh: Bool, _ effects: inout [Effect]
    ) {
        repairs = 0
        if isRefresh {
            state = .retrying
            effects.append(.arm(after: .seconds(Int(min(retryAfter ?? 30, 3600)))))
        } else {
            state = .over
        }
        effects.append(.failed(status: status))
    }

    /// Whether the next try can do better: with credentials, or for longer (423).
    private mutating func repair(_ response: SIPResponse) -> Bool {
        guard repairs < Self.repairLimit else { return false }
        repairs += 1
        switch response.status {
        case 401, 407: return digest.take(response)
        case 423:
            guard let least = response.minExpires, least > expires else { return false }
            expires = least
            return true
        default: return false
        }
    }

    /// RFC 3261 §10.2.4: our own Contact's expiry, else the response's, else what we asked for.
    private func granted(by response: SIPResponse) -> UInt32 {
        let ours = response.contacts.first { candidate in
            guard let theirs = candidate.sip, let own = contact.sip else { return false }
            return theirs.isEquivalent(to: own)
        }
        return ours?.expires ?? response.expires ?? expires
    }

    private mutating func request(expires: UInt32) -> SIPRequest {
        sequence += 1
        var request = SIPRequest(method: .register, uri: .sip(uri))
        request.maxForwards = 70
        var from = identity
        from.tag = tag
        request.from = from
        request.to = identity
        request.callID = callID
        request.cseq = CSeqField(sequence, .register)
        request.contacts = [contact]
        request.expires = expires
        for header in headers { request.fields.append(header.name, header.value) }
        if digest.hasCredentials { digest.authorize(&request, cnonce: chance.nextText()) }
        return request
    }
}
