package import SIPMessage

/// Which side's INVITE created a dialog.
package enum DialogRole: Hashable, Sendable {
    case caller
    case callee
}

/// What names a dialog at our side. The local tag alone tells all ours apart; the Call-ID guards against guesses.
package struct DialogKey: Hashable, Sendable {
    package let callID: String
    package let localTag: String

    package init(callID: String, localTag: String) {
        self.callID = callID
        self.localTag = localTag
    }

    /// The dialog that a received request is for; nil for one outside any dialog.
    package init?(of request: SIPRequest) {
        guard let callID = request.callID, let tag = request.to?.tag else { return nil }
        self.init(callID: callID, localTag: tag)
    }
}

/// A peer-to-peer relationship between two user agents. RFC 3261 §12.
package struct Dialog: Hashable, Sendable {
    package enum State: Hashable, Sendable {
        case early
        case confirmed
    }

    package let role: DialogRole
    package internal(set) var state: State
    package let callID: String
    /// Our address, with our tag: From of our requests.
    package let local: NameAddress
    /// The peer's address, with its tag unless it is an RFC 2543 peer: To of our requests.
    package let remote: NameAddress
    /// CSeq number of our latest request.
    package internal(set) var localSequence: UInt32
    /// CSeq number of the peer's latest request; nil before the first.
    package internal(set) var remoteSequence: UInt32?
    package internal(set) var remoteTarget: RequestURI
    /// Topmost first. Fixed by the response that confirms the dialog.
    package let routeSet: [NameAddress]
    /// The INVITE came over TLS to a sips URI. RFC 3261 §12.1.1.
    package let isSecure: Bool

    package var localTag: String { local.tag ?? "" }
    package var remoteTag: String? { remote.tag }
    package var key: DialogKey { DialogKey(callID: callID, localTag: localTag) }
}

extension Dialog {
    /// The callee's side of a request that creates a dialog. RFC 3261 §12.1.1.
    ///
    /// A missing Contact is tolerated: the peer is then addressed by its From.
    package init(asCallee invite: SIPRequest, localTag: String, isSecure: Bool = false) {
        var local = invite.to ?? NameAddress(uri: invite.uri)
        local.tag = localTag
        let remote = invite.from ?? NameAddress(uri: .other(scheme: "sip", "invalid"))
        self.init(
            role: .callee, state: .early, callID: invite.callID ?? "", local: local, remote: remote, localSequence: 0,
            remoteSequence: invite.cseq?.number, remoteTarget: invite.contacts.first?.uri ?? remote.uri,
            routeSet: invite.recordRoutes, isSecure: isSecure)
    }

    /// The caller's side, from a response to the INVITE. RFC 3261 §12.1.2.
    ///
    /// A missing Contact is tolerated: the peer is then addressed as the INVITE was.
    package init(asCaller invite: SIPRequest, answer: SIPResponse, isSecure: Bool = false) {
        let local = invite.from ?? NameAddress(uri: .other(scheme: "sip", "invalid"))
        self.init(
            role: .caller, state: answer.isProvisional ? .early : .confirmed, callID: invite.callID ?? "",
            local: local, remote: answer.to ?? invite.to ?? NameAddress(uri: invite.uri),
            localSequence: invite.cseq?.number ?? 1, remoteSequence: nil,
            remoteTarget: answer.contacts.first?.uri ?? invite.uri, routeSet: answer.recordRoutes.reversed(),
            isSecure: isSecure)
    }

    /// Another branch of the fork that this dialog came from. RFC 3261 §13.2.2.4.
    /// - Parameter sequence: the INVITE's CSeq number.
    init(besides other: Dialog, answer: SIPResponse, sequence: UInt32) {
        self.init(
            role: .caller, state: .confirmed, callID: other.callID, local: other.local,
            remote: answer.to ?? other.remote, localSequence: sequence, remoteSequence: nil,
            remoteTarget: answer.contacts.first?.uri ?? other.remoteTarget,
            routeSet: answer.recordRoutes.reversed(), isSecure: other.isSecure)
    }
}

extension Dialog {
    /// Whether a request belongs here: both tags and the Call-ID. RFC 3261 §12.2.2.
    package func owns(_ request: SIPRequest) -> Bool {
        request.callID == callID && request.to?.tag == localTag && request.from?.tag == remoteTag
    }

    /// Notes the sequence number of a request that came in.
    /// - Returns: false for a number lower than one seen before: answer 500. RFC 3261 §12.2.2.
    package mutating func admit(_ request: SIPRequest) -> Bool {
        guard let number = request.cseq?.number else { return false }
        if let remoteSequence, number < remoteSequence { return false }
        remoteSequence = number
        return true
    }

    /// Takes the Contact of a target refresh request that we accept, or of the 2xx to ours. RFC 3261 §12.2.
    package mutating func refreshTarget(from message: some SIPMessageFields) {
        if let contact = message.contacts.first { remoteTarget = contact.uri }
    }
}
