import SIPDialog
import SIPMessage
import SIPTransaction
import Tables
import Timing

/// Who waits for the answer to a request of ours.
enum ClientOwner: Sendable {
    case leg(LegAddress, RequestKey)
    case trunk(String)
}

/// Between the engine and its transaction layer.
extension CallEngine {
    /// Runs the layer and then whatever it told.
    func withLayer(_ body: (inout TransactionLayer, inout [LayerEffect]) -> Void) {
        var effects: [LayerEffect] = []
        body(&transactions, &effects)
        run(effects)
    }

    func run(_ effects: [LayerEffect]) {
        for effect in effects { perform(effect) }
    }

    private func perform(_ effect: LayerEffect) {
        switch effect {
        case .send(let octets, let hop): emit(.send(octets, hop))
        case .request(let request, let id, let hop): opened(request, id, from: hop)
        case .ack(let request, let hop): acknowledged(request, from: hop)
        case .cancel(let request, let id, let invite): cancelled(request, id, invite: invite)
        case .response(let response, let id, let hop): answered(response, id, from: hop)
        case .failed(let id, let failure): failed(id, failure)
        case .serverTimeout: break
        case .stray2xx(let response, let hop): strayAnswer(response, from: hop)
        case .overload(let request, let hop): refuseForLoad(request, from: hop)
        }
    }

    func respond(_ id: ServerTransactionID, _ response: SIPResponse) {
        withLayer { $0.respond(id, response, now: now, into: &$1) }
    }

    private func answered(_ response: SIPResponse, _ id: ClientTransactionID, from hop: Hop) {
        guard let owner = clients[id] else { return }
        // An INVITE's 2xx may come again, so a leg keeps its INVITEs until it ends.
        if response.isFinal, response.cseq?.method != .invite { clients[id] = nil }
        switch owner {
        case .leg(let address, let key):
            guard let (call, leg) = find(address) else { return }
            call.drive(leg, .response(response, key, hop))
        case .trunk(let name):
            registrationAnswered(name, response, from: hop)
        }
    }

    private func failed(_ id: ClientTransactionID, _ failure: TransactionFailure) {
        guard let owner = clients.removeValue(forKey: id) else { return }
        switch owner {
        case .leg(let address, let key):
            guard let (call, leg) = find(address) else { return }
            call.drive(leg, .failed(key, failure))
        case .trunk(let name):
            registrationFailed(name)
        }
    }

    /// A 2xx whose transaction is gone: a very late branch of a fork. The leg, if it lives, acknowledges it again.
    private func strayAnswer(_ response: SIPResponse, from hop: Hop) {
        guard let tag = response.from?.tag, let (call, leg) = find(tag: tag), let key = leg.lastInvite else { return }
        call.drive(leg, .response(response, key, hop))
    }

    private func acknowledged(_ request: SIPRequest, from hop: Hop) {
        guard let tag = request.to?.tag, let (call, leg) = find(tag: tag) else { return }
        call.drive(leg, .ack(request, hop))
    }

    private func cancelled(_ request: SIPRequest, _ id: ServerTransactionID, invite: ServerTransactionID?) {
        guard let invite, let address = invitations[invite], let (call, leg) = find(address) else {
            let status = invite == nil ? 481 : 200
            return respond(id, makeResponse(to: request, status: status))
        }
        call.drive(leg, .cancelled(request, id))
    }

    /// A request that opened a server transaction, and passed the gate.
    private func opened(_ request: SIPRequest, _ id: ServerTransactionID, from hop: Hop) {
        if let tag = request.to?.tag {
            guard let (call, leg) = find(tag: tag) else {
                return respond(id, makeResponse(to: request, status: 481))
            }
            if request.method == .invite { note(id, of: leg) }
            return call.drive(leg, .received(request, id, hop))
        }
        guard !transactions.isMerged(id) else { return respond(id, makeResponse(to: request, status: 482)) }
        guard let party = admitted else { return }
        switch request.method {
        case .invite: invited(request, id, from: hop, by: party)
        case .register: registered(request, id, from: hop, by: party)
        case .ack, .bye, .cancel, .options, .prack, .update, .info, .message, .refer, .subscribe, .notify, .publish,
            .other:
            respond(id, makeResponse(to: request, status: 405))
        }
    }

    /// Remembers an INVITE of the peer, so that its CANCEL finds the leg.
    func note(_ id: ServerTransactionID, of leg: Leg) {
        leg.invitations.append(id)
        invitations[id] = leg.address
        // Of a peer that goes on re-inviting, only the latest can still be cancelled.
        if leg.invitations.count > 4 { invitations[leg.invitations.removeFirst()] = nil }
    }

    func find(_ address: LegAddress) -> (Call, Leg)? {
        guard let call = calls[address.call], let leg = call.leg(address.leg) else { return nil }
        return (call, leg)
    }

    /// The leg whose local tag this is.
    func find(tag: String) -> (Call, Leg)? {
        guard let address = LegAddress(text: tag, shard: shard), let (call, leg) = find(address),
            leg.localTag == tag
        else { return nil }
        return (call, leg)
    }
}
