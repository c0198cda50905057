import Billing
import MediaControl
import Octets
import OfferAnswer
import Routing
import SDP
import SIPDialog
import SIPMessage
import SIPTransaction
import SwitchConfig
import Tables
import Timing

/// From the caller's INVITE to the first ring.
extension CallEngine {
    /// An INVITE that passed the gate.
    func invited(_ request: SIPRequest, _ id: ServerTransactionID, from hop: Hop, by party: Party) {
        guard let dialled = dialled(request) else { return respond(id, makeResponse(to: request, status: 416)) }
        nextCall &+= 1
        let address = LegAddress(call: nextCall, leg: LegAddress.caller)
        let tag = address.text(shard: shard, token: tokens.nextText())
        let usesFlow = Self.usesFlow(request, hop)
        guard !request.contacts.isEmpty else {
            return respond(id, makeResponse(to: request, status: 400, reason: "Missing Contact"))
        }
        var session = InviteSession(
            incoming: request, transaction: id, hop: hop, localTag: tag, contact: contact(for: hop),
            credentials: party.trunk.flatMap { directory.trunks[$0]?.credentials } ?? [],
            path: usesFlow ? .flow : .contact, seed: generator.next())
        session.timers = transactions.settings.timers
        let callID = UUIDv7(at: wall, using: &generator)
        let record = makeRecord(callID, request, party, dialled: dialled, hop: hop)
        let leg = Leg(
            address: address, party: party, localTag: tag, hop: hop, usesFlow: usesFlow, session: session,
            negotiator: MediaNegotiator(sessionID: generator.next() >> 2), record: record, now: now)
        let call = Call(
            engine: self, number: nextCall, id: callID, caller: leg, dialled: dialled,
            identity: CallIdentity(request, from: party, rules: directory.identities),
            maxForwards: min(request.maxForwards ?? 70, configuration.sip.maxForwards) - 1)
        calls[nextCall] = call
        note(id, of: leg)
        count(leg)
        limits.began()
        counts.calls += 1
        call.begin(request)
    }

    /// Whether later requests go back to where this one came from: over a connection, or when the Contact's
    /// address is not the one that we see, which stands for a NAT between.
    static func usesFlow(_ request: SIPRequest, _ hop: Hop) -> Bool {
        if hop.transport.isReliable { return true }
        guard request.recordRoutes.isEmpty, let contact = request.contacts.first?.sip,
            let address = InetAddress(text: contact.bareHost)
        else { return false }
        if address == hop.remote.address { return false }
        return !(address.isLoopback && hop.remote.address.isLoopback)
    }
}

extension Call {
    func begin(_ request: SIPRequest) {
        write(.setup(caller.record))
        if case .account(let account) = caller.party, let from = request.from,
            !engine.directory.identities.may(account, send: from)
        {
            engine.log(
                .warning, "account \(LogText.escaped(account)) may not call as \(LogText.escaped(from.uri.user ?? ""))")
            return refuse(403, .callRejected)
        }
        guard !isLoop(request) else { return refuse(482, .routingError) }
        guard read(request), chooseRoute(request) else { return }
        join(caller.party)
        start()
    }

    /// Reads what the INVITE carries. False when it has been refused.
    private func read(_ request: SIPRequest) -> Bool {
        if let problem = ContentProblem(request) {
            refuse(problem.status, HangupCause(sipStatus: problem.status), headers: problem.headers)
            return false
        }
        guard request.bodyCount > 0 else { return true }
        do {
            let description = try SessionDescription(parsing: request.body)
            offer.description = description
            offer.audio = try AudioOffer(description, codecs: codecs(of: caller.party))
            return true
        } catch let problem as NegotiationProblem {
            refuseMedia(problem)
        } catch {
            refuse(400, .temporaryFailure, text: "Bad Session Description")
        }
        return false
    }

    /// Looks the number up. False when there is no way and the caller has been told.
    private func chooseRoute(_ request: SIPRequest) -> Bool {
        if case .account = caller.party, let uri = request.uri.sip, !engine.directory.domains.contains(uri) {
            refuse(404, .unallocatedNumber)
            return false
        }
        guard let choice = engine.directory.plan.choice(for: dialled) else {
            refuse(404, .unallocatedNumber)
            return false
        }
        self.choice = choice
        caller.record.route.ruleID = choice.rule
        guard choice.isEmergency || hasRoom(caller.party) else {
            refuse(503, .congestion)
            return false
        }
        return true
    }

    /// Media first, so that no phone rings for a call that could not be heard. Then the first target.
    private func start() {
        guard let choice else { return }
        visited.insert(dialled)
        switch choice.destination {
        case .application(let application):
            guard open(b: TerminationRequest(kind: kind(of: application))) else { return }
            answerByApplication()
        case .account(let user):
            caller.record.parties.calleeRouted = user
            // Q.850 20, subscriber absent: nobody was rung, so this is no unanswered call.
            guard add(account: user) else {
                return refuse(480, HangupCause(rawValue: 20) ?? .noUserResponding, disposition: .failed)
            }
            guard open(b: callee(.account(user))) else { return }
            ringNext()
        case .trunks(let names, let number):
            caller.record.parties.calleeRouted = number
            let ordered = engine.health.ordered(names, now: engine.now)
            targets = ordered.map { .trunk($0, number: number) }
            guard open(b: callee(ordered.first.map { .trunk($0) })) else { return }
            ringNext()
        }
    }

    /// The called side before it has answered: its media is expected where it was last time.
    private func callee(_ party: Party?) -> TerminationRequest {
        TerminationRequest(kind: .rtp, remote: party.flatMap { engine.mediaMemory.endpoint(of: $0) })
    }

    /// Whether the party may have one more call.
    func hasRoom(_ party: Party) -> Bool {
        guard let most = engine.directory.mostCalls(of: party) else { return true }
        return engine.limits.calls(of: party) < most
    }

    func join(_ party: Party) {
        joined.append(party)
        engine.limits.joined(party)
    }

    /// A call of ours that came back to us by way of someone who kept its Call-ID: a loop when it asks for the
    /// same number again, else a spiral, which may go on. RFC 3261 §16.3 step 4.
    private func isLoop(_ request: SIPRequest) -> Bool {
        guard let text = request.callID, let address = LegAddress(text: text, shard: engine.shard),
            let (other, leg) = engine.find(address), leg.record.identity.sipCallID == text
        else { return false }
        return other.visited.contains(dialled)
    }
}
