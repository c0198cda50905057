import Billing
import MediaControl
import Octets
import OfferAnswer
import Routing
import SIPDialog
import SIPMessage
import SIPTransaction
import Timing

/// The rows of a call: one for each leg, under one call id.
extension Call {
    func write(_ operation: LedgerOperation) { engine.emit(.ledger(operation)) }

    /// The engine's number for the row of a leg that waits to be on disk.
    func token(of leg: Leg) -> LedgerToken {
        LedgerToken(rawValue: UInt64(number) << 16 | UInt64(leg.address.leg))
    }

    /// The row of an INVITE of ours.
    func makeRecord(_ party: Party, _ outgoing: OutgoingCall, _ invitation: Invitation) -> CallRecord {
        let identity = RecordIdentity(
            cdrID: UUIDv7(at: engine.wall, using: &engine.generator), callID: id, legNumber: lastLeg,
            parentLeg: LegAddress.caller, sipCallID: outgoing.callID, fromTag: outgoing.localTag)
        var parties = CallParties(
            direction: .outbound, callerRaw: self.identity.user, calleeRaw: dialled,
            account: caller.record.parties.account)
        parties.calleeRouted = invitation.to.user ?? invitation.target.user
        parties.assertedIdentity = self.identity.asserted
        parties.destination = invitation.hop.remote
        parties.transport = invitation.hop.transport.word
        var record = CallRecord(identity: identity, parties: parties, times: CallTimes(invite: engine.wall))
        record.route.trunkIn = caller.party.trunk
        record.route.trunkOut = party.trunk
        record.route.ruleID = choice?.rule
        record.route.attemptNumber = lastLeg - LegAddress.caller
        record.route.tried = tried
        return record
    }

    /// Closes the row of an attempt that was not answered.
    func close(_ leg: Leg, _ failure: AttemptFailure, _ reason: CloseReason) {
        guard !leg.isRecorded else { return }
        leg.isRecorded = true
        leg.record.state = .closed
        leg.record.closeReason = reason
        leg.record.times.end = engine.wall
        leg.record.times.answer = nil
        leg.record.outcome.sipStatus = UInt16(clamping: failure.status)
        leg.record.outcome.cause = failure.cause
        leg.record.outcome.causeSource = failure.source
        leg.record.outcome.releasedBy = reason == .cancel ? .caller : .callee
        if leg.record.outcome.disposition == nil {
            leg.record.outcome.disposition = Disposition(finalStatus: failure.status)
        }
        write(.close(leg.record))
    }

    /// A leg that ended without having been the call's: another branch was faster.
    func close(late leg: Leg) {
        close(leg, AttemptFailure(status: 487, cause: .answeredElsewhere, source: .local), .cancel)
    }

    /// What the end of the call means for both rows. Counters follow.
    func finishRecords(_ ending: Ending, talk: TimeSpan?) {
        noteHold()
        for leg in [caller, winner].compactMap({ $0 }) {
            leg.record.closeReason = ending.reason
            leg.record.times.end = ending.wall
            leg.record.outcome.cause = ending.cause
            leg.record.outcome.causeSource = ending.source
            leg.record.outcome.releasedBy = ending.releasedBy
            leg.record.route.tried = tried
            leg.record.parties.toTag = leg === caller ? caller.localTag : leg.record.parties.toTag
            guard let talk else {
                leg.record.times.answer = nil
                if leg.record.outcome.disposition == nil {
                    leg.record.outcome.disposition = caller.record.outcome.disposition ?? .failed
                }
                continue
            }
            leg.record.times.talkNanoseconds = talk.nanoseconds
            leg.record.outcome.disposition = .answered
            leg.record.outcome.billable = ending.isBillable
        }
        caller.record.route.trunkOut = winner?.party.trunk
        caller.record.route.trunkIn = caller.party.trunk
    }

    /// Hands the final rows over.
    func writeClosing() {
        for leg in [caller, winner].compactMap({ $0 }) where !leg.isRecorded {
            leg.isRecorded = true
            leg.record.state = .closed
            write(.close(leg.record))
        }
    }
}

extension CallEngine {
    /// The row of a caller's INVITE.
    func makeRecord(
        _ callID: UUIDv7, _ request: SIPRequest, _ party: Party, dialled: String, hop: Hop
    ) -> CallRecord {
        let identity = RecordIdentity(
            cdrID: UUIDv7(at: wall, using: &generator), callID: callID, legNumber: LegAddress.caller,
            sipCallID: request.callID ?? "", fromTag: request.from?.tag ?? "")
        var parties = CallParties(
            direction: .inbound, callerRaw: request.from?.uri.user ?? "", calleeRaw: dialled,
            account: party.account ?? party.trunk)
        parties.assertedIdentity = party.isTrusted ? request.assertedIdentities.first?.uri.description : nil
        parties.userAgent = request.fields.first(.userAgent)
        parties.source = hop.remote
        parties.destination = hop.local
        parties.transport = hop.transport.word
        var record = CallRecord(identity: identity, parties: parties, times: CallTimes(invite: wall))
        record.route.trunkIn = party.trunk
        return record
    }
}

extension TransportKind {
    /// As records tell it.
    fileprivate var word: String {
        switch self {
        case .udp: "udp"
        case .tcp: "tcp"
        case .tls: "tls"
        case .ws: "ws"
        case .wss: "wss"
        }
    }
}
