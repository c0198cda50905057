import Octets
package import SIPMessage
import Tables
package import Timing

extension TransactionLayer {
    /// Sends a request as a new client transaction. RFC 3261 §8.1.2, §17.1.
    ///
    /// Adds the top Via with a fresh branch. A request too long for a datagram goes over TCP if there is a TCP
    /// listener, unless `mayChangeTransport` is false (a flow behind NAT), and falls back to UDP if that fails.
    /// - Returns: the name under which its responses, or its failure, will come.
    @discardableResult
    package mutating func start(
        _ request: SIPRequest, to hop: Hop, mayChangeTransport: Bool = true, now: MonotonicInstant,
        into effects: inout [LayerEffect]
    ) -> ClientTransactionID {
        let id = ClientTransactionID(raw: nextSerial() << 1)
        let branch = BranchText.make(shard: settings.shard, id: id, token: tokens.next())
        let via = makeVia(branch, for: hop)
        let message = Self.adding(via, to: request)
        var entry = ClientEntry(
            machine: machine(for: request.method, over: hop), hop: hop, branch: branch, method: request.method,
            octets: message.serialized(), skeleton: request.method == .invite ? RequestSkeleton(message) : nil)
        if mayChangeTransport { moveToStream(&entry, request, via) }
        clients[id] = entry
        begin(id, now: now, into: &effects)
        return id
    }

    /// Sends a CANCEL for an INVITE that has had a provisional response. RFC 3261 §9.1.
    ///
    /// - Returns: nil if the INVITE is gone, has not been answered provisionally or has its final response.
    @discardableResult
    package mutating func cancel(
        _ invite: ClientTransactionID, headers: [(name: HeaderName, value: String)] = [], now: MonotonicInstant,
        into effects: inout [LayerEffect]
    ) -> ClientTransactionID? {
        guard let entry = clients[invite], case .invite(let machine) = entry.machine, machine.isProceeding,
            clients[invite.cancel] == nil, let cancel = entry.skeleton?.cancellation(headers: headers)
        else { return nil }
        clients[invite.cancel] = ClientEntry(
            machine: self.machine(for: .cancel, over: entry.hop), hop: entry.hop, branch: entry.branch,
            method: .cancel, octets: cancel.serialized(), skeleton: nil)
        begin(invite.cancel, now: now, into: &effects)
        driveInvite(invite, .cancelled, now: now, into: &effects)
        return invite.cancel
    }

    /// Sends the ACK of a 2xx: its own branch, no transaction. RFC 3261 §13.2.2.4.
    package mutating func sendStateless(_ ack: SIPRequest, to hop: Hop, into effects: inout [LayerEffect]) {
        let id = ClientTransactionID(raw: nextSerial() << 1)
        let branch = BranchText.make(shard: settings.shard, id: id, token: tokens.next())
        effects.append(.send(Self.adding(makeVia(branch, for: hop), to: ack).serialized(), hop))
    }

    mutating func receive(
        _ response: SIPResponse, from hop: Hop, now: MonotonicInstant, into effects: inout [LayerEffect]
    ) {
        guard let branch = try? response.topVia().branch, let cseq = response.cseq else {
            counts.unreadable += 1
            return
        }
        guard let id = clientID(branch: branch, method: cseq.method) else {
            if cseq.method == .invite, (200...299).contains(response.status) {
                effects.append(.stray2xx(response, hop))
            } else {
                counts.strayResponses += 1
            }
            return
        }
        if cseq.method == .invite {
            driveInvite(id, .response(status: response.status), response, now: now, into: &effects)
        } else {
            drive(id, .response(status: response.status), response, now: now, into: &effects)
        }
    }

    /// The transaction that a response belongs to. RFC 3261 §17.1.3.
    private func clientID(branch: String, method: SIPMethod) -> ClientTransactionID? {
        guard let number = BranchText.number(in: branch, shard: settings.shard) else { return nil }
        let plain = ClientTransactionID(raw: number << 1)
        let id = method == .cancel && clients[plain.cancel] != nil ? plain.cancel : plain
        guard let entry = clients[id], entry.method == method, entry.branch == branch else { return nil }
        return id
    }

    private func machine(for method: SIPMethod, over hop: Hop) -> ClientEntry.Machine {
        let isReliable = hop.transport.isReliable
        return method == .invite
            ? .invite(InviteClientTransaction(timers: settings.timers, isReliable: isReliable))
            : .other(NonInviteClientTransaction(timers: settings.timers, isReliable: isReliable))
    }

    private func makeVia(_ branch: String, for hop: Hop) -> ViaField {
        let listener = settings.sentBy.listener(for: hop)
        var via = ViaField(
            transport: hop.transport.viaToken, host: listener?.host ?? hop.local.address.hostText,
            port: listener.map(\.port) ?? hop.local.port, branch: branch)
        if !hop.transport.isReliable { via.askForRport() }
        return via
    }

    private static func adding(_ via: ViaField, to request: SIPRequest) -> SIPRequest {
        var message = request
        message.pushVia(via)
        return message
    }

    /// RFC 3261 §18.1.1: a long request goes over a congestion-controlled transport.
    private func moveToStream(_ entry: inout ClientEntry, _ request: SIPRequest, _ via: ViaField) {
        guard entry.hop.transport == .udp, let limit = settings.datagramLimit, entry.octets.count > limit else {
            return
        }
        var stream = entry.hop
        stream.transport = .tcp
        guard let listener = settings.sentBy.listener(for: stream) else { return }
        stream.local = listener.local
        let streamVia = makeVia(entry.branch, for: stream)
        let message = Self.adding(streamVia, to: request)
        entry = ClientEntry(
            machine: machine(for: request.method, over: stream), hop: stream, branch: entry.branch,
            method: request.method, octets: message.serialized(),
            skeleton: request.method == .invite ? RequestSkeleton(message) : nil,
            fallback: .init(hop: entry.hop, octets: entry.octets, via: via))
    }
}
