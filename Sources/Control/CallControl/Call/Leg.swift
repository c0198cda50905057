import Billing
import OfferAnswer
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// An INVITE of a leg and the transaction that carried it.
struct SentInvite: Sendable {
    let key: RequestKey
    let id: ClientTransactionID
}

/// A request of one side that waits for the other side's answer.
struct RelayedRequest {
    let request: SIPRequest
    let id: ServerTransactionID
}

/// How far a leg's INVITE has come.
enum LegState: Equatable {
    /// Sent or received; no more than 100.
    case trying
    case ringing
    /// 2xx. From the caller's leg: ours is out.
    case answered
    /// The session is over, or is being ended.
    case ended
}

/// One leg of a call: its session, its half of the media, its record.
///
/// Owner: its call.
final class Leg {
    let address: LegAddress
    let party: Party
    let localTag: String
    /// Where the peer's signalling is.
    let hop: Hop
    /// In-dialog requests go back that way, not to the Contact: NAT or a connection lies between.
    let usesFlow: Bool
    var session: InviteSession
    var negotiator: MediaNegotiator
    var record: CallRecord
    var state = LegState.trying
    var invites: [SentInvite] = []
    /// The peer's INVITEs, by which its CANCEL finds this leg.
    var invitations: [ServerTransactionID] = []
    /// INFO of the other leg that waits for this peer's answer, in order.
    var relayed: [RelayedRequest] = []
    /// When the peer last showed that it lives: an answer, a request, or media.
    var provedAlive: MonotonicInstant
    /// When OPTIONS went out last to see whether the peer lives.
    var askedForLife = MonotonicInstant.start
    /// Counted among the legs of its peer's address, until the engine has released it.
    var isCounted = false
    /// Nothing more comes from the session.
    var isTerminated = false
    /// The closing row has been handed to the ledger.
    var isRecorded = false

    init(
        address: LegAddress, party: Party, localTag: String, hop: Hop, usesFlow: Bool, session: InviteSession,
        negotiator: MediaNegotiator, record: CallRecord, now: MonotonicInstant
    ) {
        self.address = address
        self.party = party
        self.localTag = localTag
        self.hop = hop
        self.usesFlow = usesFlow
        self.session = session
        self.negotiator = negotiator
        self.record = record
        provedAlive = now
    }

    var lastInvite: RequestKey? { invites.last?.key }

    /// What was agreed with the peer; nil before the first answer.
    var audio: NegotiatedAudio? { negotiator.agreed }
}
