import SIPMessage
import Tables
import Timing

extension TransactionLayer {
    /// The ACK that an event is about, to be handed on if it belongs to a 2xx.
    struct Acknowledgement {
        let request: SIPRequest
        let hop: Hop
    }

    mutating func begin(_ id: ServerTransactionID, now: MonotonicInstant, into effects: inout [LayerEffect]) {
        switch servers[id]?.machine {
        case .invite: driveInvite(id, .start, now: now, into: &effects)
        case .other: drive(id, .start, now: now, into: &effects)
        case nil: break
        }
    }

    mutating func driveInvite(
        _ id: ServerTransactionID, _ event: InviteServerTransaction.Event, _ response: SIPResponse? = nil,
        acknowledgement: Acknowledgement? = nil, now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        guard case .invite(var machine)? = servers[id]?.machine else { return }
        scratch.inviteServer.removeAll(keepingCapacity: true)
        machine.handle(event, into: &scratch.inviteServer)
        servers[id]?.machine = .invite(machine)
        for effect in scratch.inviteServer {
            switch effect {
            case .sendResponse(let keep): send(response, id, keep: keep, into: &effects)
            case .repeatResponse: repeatResponse(id, into: &effects)
            case .sendTrying: sendTrying(id, into: &effects)
            case .deliverAck: deliver(acknowledgement, into: &effects)
            case .arm(let timer, let span): deadlines.arm(.inviteServer(id, timer), at: now + span)
            case .disarm(let timer): deadlines.disarm(.inviteServer(id, timer))
            case .timedOut: effects.append(.serverTimeout(id))
            case .retire: retireInvite(id)
            }
        }
        if !machine.isPending { noteFinal(response, id) }
    }

    mutating func drive(
        _ id: ServerTransactionID, _ event: NonInviteServerTransaction.Event, _ response: SIPResponse? = nil,
        now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        guard case .other(var machine)? = servers[id]?.machine else { return }
        scratch.server.removeAll(keepingCapacity: true)
        machine.handle(event, into: &scratch.server)
        servers[id]?.machine = .other(machine)
        for effect in scratch.server {
            switch effect {
            case .sendResponse(let keep): send(response, id, keep: keep, into: &effects)
            case .repeatResponse: repeatResponse(id, into: &effects)
            case .sendTrying: sendTrying(id, into: &effects)
            case .arm(let timer, let span): deadlines.arm(.server(id, timer), at: now + span)
            case .disarm(let timer): deadlines.disarm(.server(id, timer))
            case .timedOut: effects.append(.serverTimeout(id))
            case .retire: retire(id)
            case .deliverAck: break
            }
        }
        if !machine.isPending { servers[id]?.request = nil }
    }

    private mutating func send(
        _ response: SIPResponse?, _ id: ServerTransactionID, keep: Bool, into effects: inout [LayerEffect]
    ) {
        guard let response, let hop = servers[id]?.hop else { return }
        let octets = response.serialized()
        servers[id]?.octets = keep ? octets : []
        effects.append(.send(octets, hop))
    }

    private mutating func repeatResponse(_ id: ServerTransactionID, into effects: inout [LayerEffect]) {
        guard let entry = servers[id], !entry.octets.isEmpty else { return }
        counts.retransmittedResponses += 1
        effects.append(.send(entry.octets, entry.hop))
    }

    private mutating func sendTrying(_ id: ServerTransactionID, into effects: inout [LayerEffect]) {
        guard let request = servers[id]?.request else { return }
        var trying = SIPResponse(to: request, status: 100)
        if let name = settings.serverName { trying.fields.append(.server, name) }
        send(trying, id, keep: true, into: &effects)
    }

    private func deliver(_ acknowledgement: Acknowledgement?, into effects: inout [LayerEffect]) {
        guard let acknowledgement else { return }
        effects.append(.ack(acknowledgement.request, acknowledgement.hop))
    }

    /// The request is not needed any more; its ACK may come under another key.
    private mutating func noteFinal(_ response: SIPResponse?, _ id: ServerTransactionID) {
        servers[id]?.request = nil
        guard let response, let entry = servers[id], entry.ackKey == nil,
            let key = entry.key.acknowledgement(toTag: response.to?.tag)
        else { return }
        servers[id]?.ackKey = key
        serverIDs[key] = id
    }

    private mutating func retireInvite(_ id: ServerTransactionID) {
        forget(id)
        for timer in [InviteServerTransaction.Timer.g, .h, .i, .l] { deadlines.disarm(.inviteServer(id, timer)) }
    }

    private mutating func retire(_ id: ServerTransactionID) {
        forget(id)
        for timer in [NonInviteServerTransaction.Timer.j, .trying, .unanswered] {
            deadlines.disarm(.server(id, timer))
        }
    }

    private mutating func forget(_ id: ServerTransactionID) {
        guard let entry = servers.removeValue(forKey: id) else { return }
        serverIDs.removeValue(forKey: entry.key)
        if let key = entry.ackKey { serverIDs.removeValue(forKey: key) }
        if let key = entry.mergeKey { mergeIDs.removeValue(forKey: key) }
    }
}
