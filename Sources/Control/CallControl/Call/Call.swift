import Billing
import MediaControl
import OfferAnswer
import Routing
import SDP
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// Where a call stands.
enum CallPhase {
    /// Somebody is looked for who answers.
    case hunting
    /// The called side has answered; the caller's 200 waits until these legs' rows are on disk.
    case committing(waiting: Set<UInt16>)
    /// The caller's 200 is out.
    case talking(since: MonotonicInstant)
    /// Over: farewells, final counters and closing rows are on their way.
    case releasing
}

/// What the caller's INVITE brought.
struct CallerOffer {
    /// Nil: the INVITE came without an offer, so ours goes out with the 200.
    var description: SessionDescription?
    var audio: AudioOffer?
}

/// A re-INVITE of one side that has been passed on and waits for the other.
struct PendingReoffer {
    let from: Leg
    let description: SessionDescription
    let audio: AudioOffer
}

/// One call: the caller's leg, the legs that were tried for it, their media and records.
///
/// Owner: the engine. Verbs stand in the files `Call+Verb.swift`.
final class Call {
    unowned let engine: CallEngine
    let number: UInt32
    let id: UUIDv7
    let caller: Leg
    /// The number as dialled.
    let dialled: String
    /// From's display name and user as the called side shall see them.
    let identity: CallIdentity
    let maxForwards: Int
    var phase = CallPhase.hunting
    var choice: RouteChoice?
    var offer = CallerOffer()

    /// Legs to the called side that are alive.
    var callees: [Leg] = []
    /// The one that answered first.
    var winner: Leg?
    var lastLeg = LegAddress.caller
    /// Still to be rung, the next first.
    var targets: [Target] = []
    /// Targets whose names are being looked up.
    var resolving = 0
    /// Where the call has been sent: a redirection back there is a loop.
    var visited: Set<String> = []
    var redirections = 0
    var failures = FailureChoice()
    var tried: [TriedRoute] = []

    var context: OpenedContext?
    /// The media plane has been told of the context.
    var isMediaLive = false
    /// The branch whose early media the caller hears.
    var earlyLeg: Leg?
    /// The last 18x that the caller got.
    var progressTold = 0
    /// The description that the caller has been given.
    var callerAnswer: [UInt8]?
    var reoffer: PendingReoffer?
    /// Sides whose packets could belong to another call.
    var ambiguous: Set<Side> = []
    var move: PortMove?

    var nextInterim = MonotonicInstant.never
    /// Silence of both sides counts from here on at the earliest.
    var quietSince = MonotonicInstant.never
    var heldSince: MonotonicInstant?
    /// Parties whose number of calls this call adds to.
    var joined: [Party] = []

    init(
        engine: CallEngine, number: UInt32, id: UUIDv7, caller: Leg, dialled: String, identity: CallIdentity,
        maxForwards: Int
    ) {
        self.engine = engine
        self.number = number
        self.id = id
        self.caller = caller
        self.dialled = dialled
        self.identity = identity
        self.maxForwards = maxForwards
    }

    func leg(_ number: UInt16) -> Leg? {
        if number == caller.address.leg { return caller }
        return callees.first { $0.address.leg == number }
    }

    /// The leg that `leg` talks to.
    func other(than leg: Leg) -> Leg? { leg === caller ? winner : caller }

    var isEmergency: Bool { choice?.isEmergency ?? false }

    var isReleasing: Bool {
        if case .releasing = phase { return true }
        return false
    }

    var isTalking: Bool {
        if case .talking = phase { return true }
        return false
    }

    func arm(_ timer: CallTimer, after span: TimeSpan) {
        engine.deadlines.arm(.call(number, timer), at: engine.now + span)
    }

    func disarm(_ timer: CallTimer) { engine.deadlines.disarm(.call(number, timer)) }
}
