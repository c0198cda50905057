package import Octets
import Routing
import SIPMessage
import SIPTransaction
import SwitchConfig
import Tables
package import Timing

/// The way of a message until it has earned state: retransmissions and calls pass, all else is judged first.
extension CallEngine {
    func received(_ message: ParsedMessage, from hop: Hop) {
        switch message {
        case .response: withLayer { $0.receive(message, from: hop, now: now, into: &$1) }
        case .request(let request): received(request, from: hop)
        }
    }

    private func received(_ request: SIPRequest, from hop: Hop) {
        if request.method == .ack || transactions.isKnown(request) { return pass(request, from: hop, as: nil) }
        if request.method == .cancel {
            guard transactions.hasInvite(for: request) else { return refuse(request, from: hop, status: 481) }
            return pass(request, from: hop, as: nil)
        }
        if let tag = request.to?.tag {
            guard find(tag: tag) != nil else { return strange(request, from: hop) }
            return pass(request, from: hop, as: nil)
        }
        judge(request, from: hop)
    }

    /// Into the transaction layer, with what is known of the sender.
    func pass(_ request: SIPRequest, from hop: Hop, as party: Party?) {
        admitted = party
        withLayer { $0.receive(.request(request), from: hop, now: now, into: &$1) }
        admitted = nil
    }

    /// Outside of every call. RFC 3261 §8.2: authentication, method, Request-URI, Require.
    private func judge(_ request: SIPRequest, from hop: Hop) {
        guard mayAsk(hop.remote.address) else { return }
        switch request.method {
        case .options: options(request, from: hop)
        case .register: gateRegister(request, from: hop)
        case .invite: gateInvite(request, from: hop)
        case .ack, .cancel: break
        case .bye, .info, .prack, .update, .notify: strange(request, from: hop)
        case .message, .refer, .subscribe, .publish: refuse(request, from: hop, status: 405)
        case .other: refuse(request, from: hop, status: 501)
        }
    }

    /// A request for a dialog that we do not have.
    private func strange(_ request: SIPRequest, from hop: Hop) {
        guard mayAsk(hop.remote.address) else { return }
        if case .other = request.method { return refuse(request, from: hop, status: 501) }
        refuse(request, from: hop, status: 481)
    }

    func malformed(_ problem: MessageProblem, from hop: Hop) {
        guard !problem.isResponse else { return }
        counts.malformed += 1
        guard mayAsk(hop.remote.address) else { return }
        failed(from: hop.remote.address)
        guard let request = problem.answerable else { return }
        log(.debug, "malformed request from \(hop.remote): \(problem.status) \(problem.reason)")
        refuse(request, from: hop, status: problem.status, reason: problem.reason)
    }

    /// Whether this source is heard at all when it is not part of a call.
    func mayAsk(_ address: InetAddress) -> Bool {
        if isExempt(address, now: now) { return true }
        switch bans.verdict(address, now: now) {
        case .open:
            return true
        case .limited:
            counts.limited += 1
            return false
        case .banned:
            counts.banned += 1
            return false
        }
    }

    /// Whether nothing from this address need be read: it is banned, and no leg of a call has its signalling there.
    /// O(1), for every datagram and connection.
    package func isSilenced(_ address: InetAddress, now: MonotonicInstant) -> Bool {
        guard bans.isBanned(address, now: now), legsByAddress[address] == nil else { return false }
        return !isExempt(address, now: now)
    }

    /// Counts a wrong password or a malformed message.
    func failed(from address: InetAddress) {
        guard !isExempt(address, now: now), bans.failed(address, now: now) else { return }
        counts.bans += 1
        log(.warning, "banned \(address) for \(configuration.sip.limits.banSeconds) s: too many failures")
    }

    private func isExempt(_ address: InetAddress, now: MonotonicInstant) -> Bool {
        directory.trunks.trunk(from: address) != nil || registrarAddresses[address] != nil
            || directory.isTrusted(address) || bans.isExempt(address, now: now)
    }
}
