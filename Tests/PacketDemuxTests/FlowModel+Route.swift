import Octets
import PacketDemux
import Telemetry
import Timing

extension FlowModel {
    struct Packet {
        let pair: UInt16
        let from: InetEndpoint
        let source: UInt32
        let sequence: UInt16
        let now: MonotonicInstant
    }

    func rtp(_ packet: Packet) -> Outcome {
        let onPair = flows.indices.filter { flows[$0].wanted.pair == packet.pair && flows[$0].wanted.isDescribed }
        let here = onPair.filter { flows[$0].rtp == packet.from && !flows[$0].rtp.isUnspecified }
        if let owner = here.first(where: { flows[$0].stream == packet.source }) {
            return flows[owner].isProven ? touch(owner, packet) : bind(owner, packet)
        }
        if here.isEmpty { return elsewhere(packet, onPair) }
        let open = here.count == 1 ? here : here.filter { flows[$0].stream == nil }
        if open.isEmpty { return .dropped(rests(packet, nil) ? .quarantined : .unknownSSRC) }
        if open.count > 1 { return .dropped(rests(packet, nil) ? .quarantined : .ambiguous) }
        let only = open[0]
        if rests(packet, flows[only].id) { return .dropped(.quarantined) }
        guard isContested(packet, only) else { return bind(only, packet) }
        if flows[only].isProven, packet.now - flows[only].lastRTP < .milliseconds(200) { return .dropped(.ambiguous) }
        return prove(only, packet, span: .milliseconds(600))
    }

    func rests(_ packet: Packet, _ claimant: FlowID?) -> Bool {
        rests(
            packet.pair, packet.from.address, 0, packet.source, against: claimant, sequence: packet.sequence,
            now: packet.now)
    }

    private func isContested(_ packet: Packet, _ place: Int) -> Bool {
        let at = packet.from
        if rests(packet.pair, at.address, at.port, 0, against: flows[place].id, sequence: nil, now: packet.now) {
            return true
        }
        let sharing = flows.filter { $0.wanted.isDescribed && $0.rtp == at }.count
        return sharing > 1 && isRinging(packet)
    }

    private func isRinging(_ packet: Packet) -> Bool {
        flows.contains {
            !$0.wanted.isDescribed && $0.wanted.pair == packet.pair
                && $0.wanted.signallingSource == packet.from.address
        }
    }

    private func elsewhere(_ packet: Packet, _ onPair: [Int]) -> Outcome {
        let known = onPair.filter { flows[$0].isProven && flows[$0].remote == packet.source }
        if known.count == 1 {
            let flow = flows[known[0]]
            let ahead = packet.sequence &- flow.lastSequence
            if flow.wanted.policy != .strict, packet.now - flow.lastRTP >= .milliseconds(200), ahead > 0, ahead < 3_000
            {
                return prove(known[0], packet, span: .zero)
            }
        }
        let waiting = onPair.filter { !flows[$0].isProven }
        let address = packet.from.address
        var hosts = waiting.filter {
            flows[$0].wanted.policy == .proof
                && (flows[$0].wanted.rtp.address == address || flows[$0].wanted.signallingSource == address)
        }
        if hosts.isEmpty { hosts = waiting.filter { flows[$0].wanted.policy == .any } }
        if hosts.isEmpty { return .dropped(rests(packet, nil) ? .quarantined : .unknownSource) }
        let youngest = hosts[hosts.count - 1]
        if rests(packet, hosts.count == 1 ? flows[youngest].id : nil) { return .dropped(.quarantined) }
        if hosts.count > 1 { return .dropped(.ambiguous) }
        let isFreed = rests(packet.pair, address, 0, 0, against: flows[youngest].id, sequence: nil, now: packet.now)
        return prove(youngest, packet, span: isFreed || isRinging(packet) ? .milliseconds(600) : .zero)
    }

    private func prove(_ place: Int, _ packet: Packet, span: TimeSpan) -> Outcome {
        var proof = flows[place].proof
        if let running = proof {
            let isSame = running.from == packet.from && running.source == packet.source
            if !isSame, packet.now - running.last < .milliseconds(200) {
                flows[place].proof?.packets = 1
                flows[place].proof?.since = packet.now
                return .dropped(.ambiguous)
            }
            if !isSame { proof = nil } else if packet.sequence != running.next { proof?.packets = 0 }
        }
        var next =
            proof
            ?? Proof(
                from: packet.from, source: packet.source, next: 0, packets: 0, since: packet.now, last: packet.now)
        next.packets += 1
        next.next = packet.sequence &+ 1
        next.last = packet.now
        flows[place].proof = next
        guard next.packets >= 3, packet.now - next.since >= span else { return .dropped(.unproven) }
        if flows[place].rtp != packet.from {
            flows[place].rtp = packet.from
            flows[place].rtpMoved = true
        }
        return bind(place, packet)
    }

    private func touch(_ place: Int, _ packet: Packet) -> Outcome {
        flows[place].lastRTP = packet.now
        flows[place].lastSequence = packet.sequence
        return .rtp(flows[place].id.slot)
    }

    private func bind(_ place: Int, _ packet: Packet) -> Outcome {
        flows[place].isProven = true
        flows[place].remote = packet.source
        flows[place].proof = nil
        settle(place)
        return touch(place, packet)
    }
}
