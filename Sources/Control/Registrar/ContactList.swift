import SIPMessage
import SIPTransaction
import Timing

/// Which REGISTER a binding comes from: orders requests of one phone. RFC 3261 §10.2.
struct RequestStamp {
    let callID: String
    let sequence: UInt32

    /// Step 6 and 7: within one Call-ID the CSeq must have grown.
    func check(_ bindings: [Binding]) throws(RegistrationProblem) {
        for binding in bindings where binding.callID == callID && binding.sequence >= sequence { throw .outOfOrder }
    }
}

/// The contacts of one REGISTER, applied to an account's bindings on a copy. RFC 3261 §10.3 step 7.
struct ContactList {
    let account: String
    let request: SIPRequest
    let policy: RegistrarPolicy
    let stamp: RequestStamp
    let hop: Hop
    let now: MonotonicInstant
    let wall: WallInstant

    /// - Throws: before anything has changed.
    func merged(_ contacts: [NameAddress], into old: [Binding]) throws(RegistrationProblem) -> [Binding] {
        guard contacts.count <= policy.bindingsPerAccount else { throw .tooMany }
        var bindings = old
        for contact in contacts {
            guard contact.sip != nil else { throw .malformed }
            let seconds = try lifetime(of: contact)
            let fresh = binding(contact, seconds: seconds)
            let place = bindings.firstIndex { $0.isSamePlace(as: fresh) }
            // Two contacts of one request may name the same place; only older requests' bindings are judged.
            if let place, old.contains(bindings[place]) { try stamp.check([bindings[place]]) }
            switch (place, seconds) {
            case (let place?, 0): bindings.remove(at: place)
            case (let place?, _): bindings[place] = fresh
            case (nil, 0): break
            case (nil, _): bindings.append(fresh)
            }
        }
        return trimmed(bindings)
    }

    /// Seconds granted: the contact's own wish, else the request's, else the usual.
    private func lifetime(of contact: NameAddress) throws(RegistrationProblem) -> UInt32 {
        let stated = contact.params.contains("expires") ? contact.expires : request.expires
        let wish = stated ?? policy.usual
        if wish == 0 { return 0 }
        guard wish >= policy.shortest || wish >= 3_600 else { throw .tooBrief }
        return min(wish, policy.longest)
    }

    private func binding(_ contact: NameAddress, seconds: UInt32) -> Binding {
        var kept = contact
        kept.params.remove("expires")
        let span = TimeSpan.seconds(Int(seconds))
        return Binding(
            account: account, contact: kept, hop: hop, path: request.fields.values(.path), callID: stamp.callID,
            sequence: stamp.sequence, registered: now, expires: now + span, expiresAt: wall + span,
            userAgent: request.fields.first(.userAgent))
    }

    /// Phones that come back under ever new addresses must not lock their account out: the binding that was
    /// refreshed longest ago makes room.
    private func trimmed(_ bindings: [Binding]) -> [Binding] {
        guard bindings.count > policy.bindingsPerAccount else { return bindings }
        let oldest = bindings.sorted { $0.registered < $1.registered }
        let dropped = oldest.prefix(bindings.count - policy.bindingsPerAccount).map(\.key)
        return bindings.filter { !dropped.contains($0.key) }
    }
}
