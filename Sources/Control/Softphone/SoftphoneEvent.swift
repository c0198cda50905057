package import MediaControl
package import OfferAnswer
package import SIPMessage
package import SIPTransaction

/// What may happen to a phone.
package enum SoftphoneEvent: Sendable {
    /// Begin: register where that is wanted, then call or wait.
    case start
    case received(ParsedMessage, Hop)
    case transportFailed(Hop)
    /// `nextDeadline` has come.
    case timer

    // From whoever holds the phone.

    /// End whatever runs: cancel, refuse, hang up, or stop waiting; then unregister and finish.
    case hangUp
    /// Answer now, however long `plan.ring` is.
    case answer
    case reject(status: Int)
    case hold
    case resume
    case sendDigits([DTMFDigit])

    // From the media plane.

    /// A digit of the peer ended: RFC 4733 event 0...15.
    case digit(UInt8)
    /// The termination's final counters, in answer to `MediaOrder.close`.
    case mediaClosed(TerminationCounters)
}

/// What a phone asks of its shell, in order.
package enum SoftphoneEffect: Sendable {
    case send([UInt8], Hop)
    case media(MediaOrder)
    /// Something to tell the user; nothing depends on it.
    case note(SoftphoneNote)
    /// The last effect: the phone has done what it should.
    case finished(SoftphoneReport)
}

/// What the phone wants of its one RTP termination.
package enum MediaOrder: Equatable, Sendable {
    /// Send and receive as negotiated. The first order, also for early media.
    case open(NegotiatedAudio)
    /// The whole wanted state again: hold, resume, another address or codec.
    case change(NegotiatedAudio)
    /// One RFC 4733 event. Digits come spaced: the next one follows when this one has ended.
    case digit(event: UInt8, milliseconds: UInt16)
    /// End it, and answer with `SoftphoneEvent.mediaClosed`.
    case close
}

/// One line for whoever watches.
package enum SoftphoneNote: Equatable, Sendable {
    case registered(seconds: UInt32)
    case registrationFailed(status: Int)
    case unregistered
    case calling(String)
    case called(by: String)
    /// A response to our INVITE.
    case status(Int, String)
    case answered(codec: String)
    case held
    case resumed
    case holdRefused(status: Int)
    /// The peer holds us, or takes us back.
    case heldByPeer(Bool)
    case digitSent(Character)
    case digitReceived(Character)
    case ended(EndedBy)
}

/// Who ended an answered call.
package enum EndedBy: String, Equatable, Sendable {
    case local, remote, network
}
