package import SIPMessage
import Tables
package import Timing

/// All transactions of one SIP shard: messages and time in, messages and events out. RFC 3261 §17 and RFC 6026.
///
/// Owner: the event loop of its shard. Every message costs a fixed number of hash look-ups; retransmissions end here.
package struct TransactionLayer: Sendable {
    /// A change holds for transactions that begin later.
    package var settings: TransactionSettings
    var tokens: TokenSource
    var clients = ShrinkingTable<ClientTransactionID, ClientEntry>()
    var servers = ShrinkingTable<ServerTransactionID, ServerEntry>()
    var serverIDs = ShrinkingTable<ServerKey, ServerTransactionID>()
    var mergeIDs = ShrinkingTable<MergeKey, ServerTransactionID>()
    var deadlines = DeadlineQueue<LayerTimer>()
    var serial: UInt64 = 0
    var scratch = EffectScratch()
    package internal(set) var counts = TransactionCounts()

    package init(settings: TransactionSettings, tokens: TokenSource) {
        self.settings = settings
        self.tokens = tokens
    }

    package var clientCount: Int { clients.count }
    package var serverCount: Int { servers.count }

    /// When `fire` has to be called next.
    package var nextDeadline: MonotonicInstant? {
        mutating get { deadlines.next }
    }

    /// Takes one message that a transport has received.
    package mutating func receive(
        _ message: ParsedMessage, from hop: Hop, now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        switch message {
        case .request(let request): receive(request, from: hop, now: now, into: &effects)
        case .response(let response): receive(response, from: hop, now: now, into: &effects)
        }
    }

    /// Runs all timers that are due.
    package mutating func fire(now: MonotonicInstant, into effects: inout [LayerEffect]) {
        while let timer = deadlines.popDue(now: now) {
            switch timer {
            case .inviteClient(let id, let name): driveInvite(id, .timer(name), now: now, into: &effects)
            case .client(let id, let name): drive(id, .timer(name), now: now, into: &effects)
            case .inviteServer(let id, let name): driveInvite(id, .timer(name), now: now, into: &effects)
            case .server(let id, let name): drive(id, .timer(name), now: now, into: &effects)
            }
        }
    }

    /// A transport could not send to this hop, or lost its connection. RFC 3261 §17.1.4.
    ///
    /// Client transactions fail, or move back to UDP where their length had moved them to TCP. Server transactions
    /// stay as they are (RFC 6026 §7.1). Looks at every client transaction: O(n), for a rare event.
    package mutating func transportFailed(_ hop: Hop, now: MonotonicInstant, into effects: inout [LayerEffect]) {
        for id in clients.entries.compactMap({ $0.value.hop.isAffected(by: hop) ? $0.key : nil }) {
            if clients[id]?.fallback != nil {
                fallBack(id, now: now, into: &effects)
            } else {
                fail(id, now: now, into: &effects)
            }
        }
    }

    mutating func nextSerial() -> UInt64 {
        serial += 1
        return serial
    }
}

/// A deadline of one transaction.
enum LayerTimer: Hashable, Sendable {
    case inviteClient(ClientTransactionID, InviteClientTransaction.Timer)
    case client(ClientTransactionID, NonInviteClientTransaction.Timer)
    case inviteServer(ServerTransactionID, InviteServerTransaction.Timer)
    case server(ServerTransactionID, NonInviteServerTransaction.Timer)
}

/// Lists of machine effects, kept so that no event has to allocate one.
struct EffectScratch: Sendable {
    var inviteClient: [InviteClientTransaction.Effect] = []
    var client: [NonInviteClientTransaction.Effect] = []
    var inviteServer: [InviteServerTransaction.Effect] = []
    var server: [NonInviteServerTransaction.Effect] = []
}
