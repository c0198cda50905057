/// The engine's own number of something that it waits for.
package struct LedgerToken: Hashable, Sendable, BitwiseCopyable {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }
}

/// What a call asks of the ledger. Each carries the whole record as it stands, so a later one replaces an earlier one.
package enum LedgerOperation: Sendable {
    /// An INVITE came or went: the row begins.
    case setup(CallRecord)
    /// The leg is answered; the caller's 200 waits for `committed(token)`.
    case open(CallRecord, token: LedgerToken)
    /// Counters and times of a running call.
    case interim(CallRecord)
    /// The leg ended: the record becomes final and is queued for delivery, in one transaction.
    case close(CallRecord)

    package var record: CallRecord {
        switch self {
        case .setup(let record), .open(let record, _), .interim(let record), .close(let record): record
        }
    }

    package var token: LedgerToken? {
        switch self {
        case .open(_, let token): token
        case .setup, .interim, .close: nil
        }
    }

    /// The state that the row has once the operation is committed.
    package var state: RecordState {
        switch self {
        case .setup: .setup
        case .open: .open
        case .interim: .interim
        case .close: .closed
        }
    }
}

/// What the ledger answers.
package enum LedgerEvent: Sendable, Hashable {
    /// On disk: power may go.
    case committed(LedgerToken)
    /// Not on disk. The ledger keeps the record and goes on trying; the policy `billing.no_record` says what the call does.
    case failed(LedgerToken, LedgerFailure)
}

package enum LedgerFailure: String, Sendable, Hashable, CaseIterable {
    /// More is waiting than the queue may hold.
    case overflow
    case diskFull
    case disk
}
