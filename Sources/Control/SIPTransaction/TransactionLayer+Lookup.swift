package import Octets
package import SIPMessage
import Tables

/// Questions that an owner asks before it lets a request make state.
extension TransactionLayer {
    /// Whether the request belongs to a server transaction that there is: a retransmission, or an ACK.
    package func isKnown(_ request: SIPRequest) -> Bool {
        guard let via = try? request.topVia() else { return false }
        let method = request.method == .ack ? SIPMethod.invite : request.method
        return ServerKey(request, via: via, method: method).map { serverIDs[$0] != nil } ?? false
    }

    /// Whether there is the INVITE that a CANCEL means. RFC 3261 §9.2.
    package func hasInvite(for cancel: SIPRequest) -> Bool {
        guard let via = try? cancel.topVia() else { return false }
        return ServerKey(cancel, via: via, method: .invite).map { serverIDs[$0] != nil } ?? false
    }

    /// Writes into a stateless response where its request came from. RFC 3261 §18.2.1, RFC 3581 §4.
    package static func stamp(_ response: inout SIPResponse, source: InetEndpoint) {
        guard let via = try? response.topVia() else { return }
        response.setTopVia(ResponseHop.stamped(via, source: source))
    }
}
