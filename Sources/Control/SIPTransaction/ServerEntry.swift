import Octets
import SIPMessage

/// One server transaction with the messages that its machine needs.
struct ServerEntry: Sendable {
    enum Machine: Sendable {
        case invite(InviteServerTransaction)
        case other(NonInviteServerTransaction)

        var isPending: Bool {
            switch self {
            case .invite(let machine): machine.isPending
            case .other(let machine): machine.isPending
            }
        }
    }

    var machine: Machine
    let key: ServerKey
    /// Under which the ACK of an RFC 2543 client comes; none before the final response.
    var ackKey: ServerKey?
    /// Held by the first of several copies of a request.
    let mergeKey: MergeKey?
    /// The same request came before by another way.
    let isMerged: Bool
    /// Where responses go. RFC 3261 §18.2.2, RFC 3581 §4.
    let hop: Hop
    /// The request, while a 100 may still be owed.
    var request: SIPRequest?
    /// The last response, while it may have to be sent again.
    var octets: [UInt8] = []
}

enum ResponseHop {
    /// The response's way, from the request's way and its top Via. RFC 3261 §18.2.2, RFC 3581 §4.
    ///
    /// Reliable: back on the connection. UDP: to the source address; its port where rport was asked for, else the port
    /// of sent-by. `maddr` is followed for multicast addresses only: any other would let a request aim our
    /// responses at a third party.
    static func hop(for request: Hop, via: ViaField) -> Hop {
        guard !request.transport.isReliable, !via.wantsRport else { return request }
        var hop = request
        hop.remote.port = via.port ?? request.transport.defaultPort
        if let maddr = via.maddr.flatMap({ InetAddress(text: $0) }), maddr.isMulticast { hop.remote.address = maddr }
        return hop
    }

    /// Writes down where a request came from. RFC 3261 §18.2.1, RFC 3581 §4.
    static func stamped(_ via: ViaField, source: InetEndpoint) -> ViaField {
        var stamped = via
        let isSame = InetAddress(text: via.bareHost) == source.address
        if via.wantsRport { stamped.setRport(source.port) }
        if !isSame || via.wantsRport { stamped.received = source.address.description }
        return stamped
    }
}
