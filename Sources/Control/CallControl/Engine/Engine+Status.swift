package import Billing
import MediaControl
import OfferAnswer
import SIPTransaction
import Tables
package import Timing

/// One call as `tandem calls` shows it.
package struct CallStatus: Sendable, Hashable {
    package let id: UUIDv7
    /// `ringing`, `committing`, `talking` or `releasing`.
    package let state: String
    package let caller: String
    package let callee: String
    package let account: String?
    package let trunkOut: String?
    package let began: WallInstant
    package let answered: WallInstant?
    package let codecA: String?
    package let codecB: String?
    package let isHeld: Bool
}

/// Proof that a call runs, for the liveness file.
package struct LivenessMark: Sendable, Hashable {
    /// The call's slot in the media plane, which is its slot in the file.
    package let slot: UInt32
    /// The rows that would be left open.
    package let caller: UUIDv7
    package let callee: UUIDv7?
    /// The last packet from either side; without media the last proof by signalling.
    package let alive: WallInstant
}

extension CallEngine {
    package var callCount: Int { calls.count }
    package var isDraining: Bool { phase != .running }
    package var clientTransactionCount: Int { transactions.clientCount }
    package var serverTransactionCount: Int { transactions.serverCount }
    package func bannedCount(now: MonotonicInstant) -> Int { bans.bannedCount(now: now) }

    /// The oldest first.
    package func callList() -> [CallStatus] {
        calls.entries.values.sorted { $0.number < $1.number }.map(\.status)
    }

    /// What the liveness file has to say now: every call whose rows are open. O(calls), reads counters only.
    package func liveness(now: MonotonicInstant, wall: WallInstant, into marks: inout [LivenessMark]) {
        self.now = now
        self.wall = wall
        for call in calls.entries.values {
            guard let context = call.context, let alive = call.lastAlive else { continue }
            marks.append(
                LivenessMark(
                    slot: context.id.slot, caller: call.caller.record.identity.cdrID,
                    callee: call.winner?.record.identity.cdrID, alive: wallTime(of: alive)))
        }
    }
}

extension Call {
    /// Nil before the rows are open.
    var lastAlive: MonotonicInstant? {
        switch phase {
        case .hunting: return nil
        case .committing, .talking, .releasing: break
        }
        guard !caller.isRecorded else { return nil }
        let sounds = [lastMedia(of: caller), winner.flatMap { lastMedia(of: $0) }].compactMap { $0 }
        return sounds.max() ?? max(caller.provedAlive, winner?.provedAlive ?? .start)
    }

    var status: CallStatus {
        let state: String
        switch phase {
        case .hunting: state = "ringing"
        case .committing: state = "committing"
        case .talking: state = "talking"
        case .releasing: state = "releasing"
        }
        return CallStatus(
            id: id, state: state, caller: caller.record.parties.callerRaw, callee: dialled,
            account: caller.record.parties.account, trunkOut: winner?.party.trunk,
            began: caller.record.times.invite, answered: isTalking ? caller.record.times.answer : nil,
            codecA: caller.audio?.sendCodec?.codec.name, codecB: winner?.audio?.sendCodec?.codec.name,
            isHeld: isHeld)
    }
}
