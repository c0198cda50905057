package import Octets

/// The record of one leg of a call: one row of the ledger.
///
/// Its owner is the call; the ledger takes copies. Everything that the node itself adds (node, boot, sequence number,
/// schema version) is added by the ledger's writer, so that a record in memory stays small.
package struct CallRecord: Hashable, Sendable {
    package var identity: RecordIdentity
    package var state: RecordState = .setup
    /// Interim updates so far. With `cdrID` it makes the idempotency key of a delivery.
    package var partialNumber: UInt32 = 0
    package var closeReason: CloseReason?
    package var parties: CallParties
    package var route = RouteTaken()
    package var times: CallTimes
    package var outcome = CallOutcome()
    package var media = LegMedia()
    /// Free text for the operator's own use; JSON by convention.
    package var userfield: String?

    package init(identity: RecordIdentity, parties: CallParties, times: CallTimes) {
        self.identity = identity
        self.parties = parties
        self.times = times
    }
}

/// What never changes in a record.
package struct RecordIdentity: Hashable, Sendable {
    package let cdrID: UUIDv7
    /// The whole call, across all its legs.
    package let callID: UUIDv7
    /// 1 is the caller's leg; every further INVITE of the call counts on.
    package let legNumber: UInt16
    package let parentLeg: UInt16?
    package let sipCallID: String
    package let fromTag: String

    package init(
        cdrID: UUIDv7, callID: UUIDv7, legNumber: UInt16, parentLeg: UInt16? = nil, sipCallID: String, fromTag: String
    ) {
        self.cdrID = cdrID
        self.callID = callID
        self.legNumber = legNumber
        self.parentLeg = parentLeg
        self.sipCallID = sipCallID
        self.fromTag = fromTag
    }
}

/// Who calls whom, as signalled and as routed.
package struct CallParties: Hashable, Sendable {
    package var direction: LegDirection
    /// Who pays: the account, or the trunk that a call came in by.
    package var account: String?
    /// The user part of From, as received or sent.
    package var callerRaw: String
    /// The user part of the Request-URI as dialled.
    package var calleeRaw: String
    /// The number after the manipulations of the route.
    package var calleeRouted: String?
    /// P-Asserted-Identity. RFC 3325.
    package var assertedIdentity: String?
    package var userAgent: String?
    package var toTag: String?
    package var source: InetEndpoint?
    package var destination: InetEndpoint?
    /// `udp`, `tcp`, ...: the transport of the leg's INVITE.
    package var transport: String?

    package init(direction: LegDirection, callerRaw: String, calleeRaw: String, account: String? = nil) {
        self.direction = direction
        self.callerRaw = callerRaw
        self.calleeRaw = calleeRaw
        self.account = account
    }
}

/// The way that the call took.
package struct RouteTaken: Hashable, Sendable {
    package var trunkIn: String?
    package var trunkOut: String?
    /// The rule of the dial plan, as `routes[2]` or its own name.
    package var ruleID: String?
    package var attemptNumber: UInt16 = 1
    package var tried: [TriedRoute] = []

    package init() {}
}
