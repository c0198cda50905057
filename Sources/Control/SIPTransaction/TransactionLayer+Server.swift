package import SIPMessage
import Tables
package import Timing

extension TransactionLayer {
    /// Answers a request. Provisional responses may be several; the first final one counts. RFC 3261 §17.2.
    ///
    /// A 2xx to INVITE may be given again until its ACK comes: each goes out. Anything else after the final response,
    /// and anything for a transaction that is gone, is counted and dropped (RFC 6026 §8.3).
    package mutating func respond(
        _ id: ServerTransactionID, _ response: SIPResponse, now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        let before = effects.count
        switch servers[id]?.machine {
        case .invite: driveInvite(id, .respond(status: response.status), response, now: now, into: &effects)
        case .other: drive(id, .respond(status: response.status), response, now: now, into: &effects)
        case nil: break
        }
        if effects.count == before { counts.lateAnswers += 1 }
    }

    /// Answers a request for which no state was made. RFC 3261 §8.2.7.
    package func respondStateless(
        _ response: SIPResponse, to request: SIPRequest, from hop: Hop, into effects: inout [LayerEffect]
    ) {
        guard request.method != .ack else { return }
        // A Via that cannot be read names no way back: then the answer goes where the request came from.
        let way = (try? request.topVia()).map { ResponseHop.hop(for: hop, via: $0) } ?? hop
        effects.append(.send(response.serialized(), way))
    }

    /// Whether the same request is known already by another way: answer 482. RFC 3261 §8.2.2.2.
    package func isMerged(_ id: ServerTransactionID) -> Bool { servers[id]?.isMerged ?? false }

    /// Whether a final response is still owed.
    package func isPending(_ id: ServerTransactionID) -> Bool { servers[id]?.machine.isPending ?? false }

    mutating func receive(
        _ request: SIPRequest, from hop: Hop, now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        guard let via = try? request.topVia(),
            let key = ServerKey(request, via: via, method: request.method == .ack ? .invite : request.method)
        else {
            counts.unreadable += 1
            return
        }
        if let id = match(request, key, via) {
            return absorb(request, id, from: hop, now: now, into: &effects)
        }
        var stamped = request
        stamped.setTopVia(ResponseHop.stamped(via, source: hop.remote))
        switch request.method {
        case .ack: effects.append(.ack(stamped, hop))
        case .cancel:
            let invite = ServerKey(request, via: via, method: .invite).flatMap { serverIDs[$0] }
            guard let id = open(stamped, key, via, from: hop, now: now, into: &effects) else { return }
            effects.append(.cancel(stamped, id, invite: invite))
        case .invite, .bye, .options, .register, .prack, .update, .info, .message, .refer, .subscribe, .notify,
            .publish, .other:
            guard let id = open(stamped, key, via, from: hop, now: now, into: &effects) else { return }
            effects.append(.request(stamped, id, hop))
        }
    }

    /// RFC 3261 §17.2.3. The ACK of an RFC 2543 client is told by the To tag of the response that it answers.
    private func match(_ request: SIPRequest, _ key: ServerKey, _ via: ViaField) -> ServerTransactionID? {
        guard request.method == .ack, !via.hasMagicCookie else { return serverIDs[key] }
        return ServerKey(request, via: via, method: .ack).flatMap { serverIDs[$0] }
    }

    /// A request that belongs to a transaction: a retransmission, or the ACK of its final response.
    private mutating func absorb(
        _ request: SIPRequest, _ id: ServerTransactionID, from hop: Hop, now: MonotonicInstant,
        into effects: inout [LayerEffect]
    ) {
        switch servers[id]?.machine {
        case .invite:
            let event: InviteServerTransaction.Event = request.method == .ack ? .ack : .request
            if event == .request { counts.absorbedRequests += 1 }
            driveInvite(id, event, acknowledgement: .init(request: request, hop: hop), now: now, into: &effects)
        case .other:
            counts.absorbedRequests += 1
            drive(id, .request, now: now, into: &effects)
        case nil: break
        }
    }

    /// Makes the transaction of a new request, unless there is no room.
    private mutating func open(
        _ request: SIPRequest, _ key: ServerKey, _ via: ViaField, from hop: Hop, now: MonotonicInstant,
        into effects: inout [LayerEffect]
    ) -> ServerTransactionID? {
        let isInDialog = request.method == .cancel || request.to?.tag != nil
        let mergeKey = isInDialog ? nil : MergeKey(request)
        guard servers.count < room(isInDialog: isInDialog) else {
            counts.overloaded += 1
            effects.append(.overload(request, hop))
            return nil
        }
        let id = ServerTransactionID(raw: nextSerial())
        let isMerged = mergeKey.map { mergeIDs[$0] != nil } ?? false
        servers[id] = ServerEntry(
            machine: machine(for: request.method, over: hop), key: key, mergeKey: isMerged ? nil : mergeKey,
            isMerged: isMerged, hop: ResponseHop.hop(for: hop, via: via), request: request)
        serverIDs[key] = id
        if let mergeKey, !isMerged { mergeIDs[mergeKey] = id }
        begin(id, now: now, into: &effects)
        return id
    }

    private func room(isInDialog: Bool) -> Int {
        settings.serverLimit + (isInDialog ? settings.serverLimit / 8 : 0)
    }

    private func machine(for method: SIPMethod, over hop: Hop) -> ServerEntry.Machine {
        let isReliable = hop.transport.isReliable
        return method == .invite
            ? .invite(InviteServerTransaction(timers: settings.timers, isReliable: isReliable))
            : .other(NonInviteServerTransaction(timers: settings.timers, isReliable: isReliable))
    }
}
