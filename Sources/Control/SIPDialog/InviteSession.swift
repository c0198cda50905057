package import SIPAuth
package import SIPMessage
package import SIPTransaction
package import Timing

/// One leg's INVITE usage, from the INVITE to the end of the BYE, at either side. RFC 3261 §13-15.
///
/// A value without clock or socket. Requests go out by `send` under a key that the engine keeps; time comes by named
/// timers. SDP is opaque; only who owes an answer is kept.
///
/// Owner: the call that it is a leg of.
package struct InviteSession: Sendable {
    package let callID: String
    package let localTag: String
    package let role: DialogRole
    /// From the first response with a tag (caller) or from the INVITE (callee) on.
    package internal(set) var dialog: Dialog?
    package internal(set) var offerState = OfferState.settled
    /// Options that a Require may ask for in the dialog; any other is answered 420.
    package var supportedOptions: Set<String> = []
    package var timers = TransactionTimers()
    var phase: Phase
    var digest: DigestClient
    var chance: TokenSource
    var lastKey: UInt32 = 0
    /// Where the peer's signalling came from last, or ours went.
    var lastHop: Hop?
    var hasForkTimer = false
    let path: DialogPath
    let contact: NameAddress
    let contentType: String

    /// A call that we place. Nothing is sent until `start`.
    package init(calling call: OutgoingCall) {
        callID = call.callID
        localTag = call.localTag
        role = .caller
        phase = .idle(call)
        digest = DigestClient(credentials: call.credentials)
        chance = TokenSource(key: (call.seed, ~call.seed))
        path = call.path
        contact = call.contact
        contentType = call.contentType
        if case .hop(let hop) = call.firstHop { lastHop = hop }
    }

    /// A call that has come in: an INVITE without a To tag.
    ///
    /// - Parameters:
    ///   - localTag: fresh and unguessable.
    ///   - credentials: for challenges to our requests in the dialog.
    ///   - seed: chance for client nonces and back-offs; one draw per call.
    package init(
        incoming invite: SIPRequest, transaction: ServerTransactionID, hop: Hop, localTag: String,
        contact: NameAddress, credentials: [DigestCredentials] = [], path: DialogPath = .contact,
        contentType: String = "application/sdp", seed: UInt64
    ) {
        let dialog = Dialog(asCallee: invite, localTag: localTag, isSecure: Self.isSecure(invite, hop))
        callID = dialog.callID
        self.localTag = localTag
        role = .callee
        self.dialog = dialog
        offerState = invite.sessionBody == nil ? .settled : .weOwe
        phase = .incoming(TheirInvite(invite, transaction))
        digest = DigestClient(credentials: credentials)
        chance = TokenSource(key: (seed, ~seed))
        lastHop = hop
        self.path = path
        self.contact = contact
        self.contentType = contentType
    }

    /// The names under which the engine finds this session for a request with a To tag.
    package var key: DialogKey { DialogKey(callID: callID, localTag: localTag) }

    /// A 2xx has been sent or received, and the call has not ended.
    package var isAnswered: Bool {
        switch phase {
        case .talking: true
        case .idle, .calling, .incoming, .ending, .terminated: false
        }
    }

    package var isTerminated: Bool {
        switch phase {
        case .terminated: true
        case .idle, .calling, .incoming, .talking, .ending: false
        }
    }

    /// Takes one event. `now` is unused by most: timers are armed relative to it by the engine.
    package mutating func handle(_ event: Event, now: MonotonicInstant, into effects: inout [Effect]) {
        switch event {
        case .start: start(&effects)
        case .progress(let status, let reason, let body, let headers):
            progress(status, reason, body, headers, &effects)
        case .accept(let body, let headers): accept(body, headers, &effects)
        case .reject(let status, let reason, let headers): reject(status, reason, headers, &effects)
        case .cancel(let reasons): cancel(reasons, &effects)
        case .bye(let reasons): hangUp(reasons, &effects)
        case .reinvite(let body): reinvite(body, &effects)
        case .answerReinvite(let body): answerReinvite(body, &effects)
        case .rejectReinvite(let status): rejectReinvite(status, &effects)
        case .acknowledge(let body): acknowledge(body, &effects)
        case .request(let method, let headers, let body, let type): request(method, headers, body, type, &effects)
        case .received(let request, let id, let hop): receive(request, id, hop, &effects)
        case .ack(let ack, let hop): receiveAck(ack, hop, &effects)
        case .cancelled(let cancel, let id): receiveCancel(cancel, id, &effects)
        case .response(let response, let key, let hop): receive(response, key, hop, &effects)
        case .failed(let key, let failure): fail(key, failure, &effects)
        case .timer(let timer): fire(timer, &effects)
        }
    }

    private static func isSecure(_ invite: SIPRequest, _ hop: Hop) -> Bool {
        (hop.transport == .tls || hop.transport == .wss) && invite.uri.sip?.isSecure == true
    }
}
