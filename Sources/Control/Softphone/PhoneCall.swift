import OfferAnswer
import SDP
import SIPDialog
import SIPTransaction
import Timing

/// The phone's one call: its session, its media, and what was noted on the way.
struct PhoneCall: Sendable {
    enum Stage: Equatable, Sendable {
        /// INVITE sent or received, nothing rings.
        case inviting
        case ringing(since: MonotonicInstant)
        case talking(since: MonotonicInstant)
        /// Over for us; its session may still wait for responses.
        case over
    }

    var session: InviteSession
    var negotiator: MediaNegotiator
    var stage = Stage.inviting
    let invitedAt: MonotonicInstant
    var ringingAt: MonotonicInstant?
    /// Client transactions of INVITEs, for CANCEL and late 2xx.
    var invites: [RequestKey: ClientTransactionID] = [:]
    var lastInvite: RequestKey?
    /// Description for our 200, made when the INVITE came with an offer.
    var answer: SessionDescription?
    /// What we wish to do; `sendonly` while we hold.
    var direction = MediaDirection.sendrecv
    /// A re-INVITE of ours is on its way.
    var isReinviting = false
    /// Re-INVITEs of ours that gave way to the peer's.
    var glares = 0
    static let glareLimit = 3
    /// An `open` has been ordered.
    var hasMedia = false
    var isHeldByPeer = false
    var isCancelledByUs = false
    /// Cancelled since nobody answered in the time that the plan gives.
    var hasGivenUp = false
    var digits: ArraySlice<DTMFDigit> = []

    init(session: InviteSession, negotiator: MediaNegotiator, invitedAt: MonotonicInstant) {
        self.session = session
        self.negotiator = negotiator
        self.invitedAt = invitedAt
    }

    var isTalking: Bool {
        switch stage {
        case .talking: true
        case .inviting, .ringing, .over: false
        }
    }

    var isOver: Bool { stage == .over }
}
