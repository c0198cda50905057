import SIPMessage
import Tables
import Timing

extension TransactionLayer {
    mutating func begin(_ id: ClientTransactionID, now: MonotonicInstant, into effects: inout [LayerEffect]) {
        switch clients[id]?.machine {
        case .invite: driveInvite(id, .start, now: now, into: &effects)
        case .other: drive(id, .start, now: now, into: &effects)
        case nil: break
        }
    }

    mutating func fail(_ id: ClientTransactionID, now: MonotonicInstant, into effects: inout [LayerEffect]) {
        switch clients[id]?.machine {
        case .invite: driveInvite(id, .transportError, now: now, into: &effects)
        case .other: drive(id, .transportError, now: now, into: &effects)
        case nil: break
        }
    }

    /// Starts over on UDP with the same branch: no response can have come from a transport that failed.
    mutating func fallBack(_ id: ClientTransactionID, now: MonotonicInstant, into effects: inout [LayerEffect]) {
        guard let old = clients[id], let fallback = old.fallback else { return }
        var skeleton = old.skeleton
        skeleton?.replaceVia(fallback.via)
        let machine: ClientEntry.Machine
        switch old.machine {
        case .invite: machine = .invite(InviteClientTransaction(timers: settings.timers, isReliable: false))
        case .other: machine = .other(NonInviteClientTransaction(timers: settings.timers, isReliable: false))
        }
        clients[id] = ClientEntry(
            machine: machine, hop: fallback.hop, branch: old.branch, method: old.method, octets: fallback.octets,
            skeleton: skeleton)
        begin(id, now: now, into: &effects)
    }

    mutating func driveInvite(
        _ id: ClientTransactionID, _ event: InviteClientTransaction.Event, _ response: SIPResponse? = nil,
        now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        guard case .invite(var machine)? = clients[id]?.machine else { return }
        scratch.inviteClient.removeAll(keepingCapacity: true)
        machine.handle(event, into: &scratch.inviteClient)
        clients[id]?.machine = .invite(machine)
        if response != nil { clients[id]?.fallback = nil }
        for effect in scratch.inviteClient {
            switch effect {
            case .sendAck: sendAck(of: response, id, into: &effects)
            case .arm(let timer, let span): deadlines.arm(.inviteClient(id, timer), at: now + span)
            case .disarm(let timer): deadlines.disarm(.inviteClient(id, timer))
            case .retire: retireInvite(id)
            case .sendRequest: sendRequest(id, isFirst: event == .start, into: &effects)
            case .deliver: deliver(response, id, into: &effects)
            case .fail(let failure): effects.append(.failed(id, failure))
            }
        }
        if !machine.mayResend { clients[id]?.octets = [] }
    }

    mutating func drive(
        _ id: ClientTransactionID, _ event: NonInviteClientTransaction.Event, _ response: SIPResponse? = nil,
        now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        guard case .other(var machine)? = clients[id]?.machine else { return }
        scratch.client.removeAll(keepingCapacity: true)
        machine.handle(event, into: &scratch.client)
        clients[id]?.machine = .other(machine)
        if response != nil { clients[id]?.fallback = nil }
        for effect in scratch.client {
            switch effect {
            case .arm(let timer, let span): deadlines.arm(.client(id, timer), at: now + span)
            case .disarm(let timer): deadlines.disarm(.client(id, timer))
            case .retire: retire(id)
            case .sendRequest: sendRequest(id, isFirst: event == .start, into: &effects)
            case .deliver: deliver(response, id, into: &effects)
            case .fail(let failure): effects.append(.failed(id, failure))
            case .sendAck: break
            }
        }
        if !machine.mayResend { clients[id]?.octets = [] }
    }

    private mutating func sendRequest(_ id: ClientTransactionID, isFirst: Bool, into effects: inout [LayerEffect]) {
        guard let entry = clients[id] else { return }
        if !isFirst { counts.retransmittedRequests += 1 }
        effects.append(.send(entry.octets, entry.hop))
    }

    private func deliver(_ response: SIPResponse?, _ id: ClientTransactionID, into effects: inout [LayerEffect]) {
        guard let response, let entry = clients[id] else { return }
        effects.append(.response(response, id, entry.hop))
    }

    private func sendAck(of response: SIPResponse?, _ id: ClientTransactionID, into effects: inout [LayerEffect]) {
        guard let response, let entry = clients[id], let ack = entry.skeleton?.acknowledgement(of: response) else {
            return
        }
        effects.append(.send(ack.serialized(), entry.hop))
    }

    private mutating func retireInvite(_ id: ClientTransactionID) {
        clients.removeValue(forKey: id)
        for timer in [InviteClientTransaction.Timer.a, .b, .d, .m] { deadlines.disarm(.inviteClient(id, timer)) }
    }

    private mutating func retire(_ id: ClientTransactionID) {
        clients.removeValue(forKey: id)
        for timer in [NonInviteClientTransaction.Timer.e, .f, .k] { deadlines.disarm(.client(id, timer)) }
    }
}
