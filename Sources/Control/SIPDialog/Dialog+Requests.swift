package import SIPMessage

extension Dialog {
    /// A request of ours in this dialog, with the next CSeq number. RFC 3261 §12.2.1.1.
    /// - Parameter contact: for target refresh requests.
    package mutating func makeRequest(_ method: SIPMethod, contact: NameAddress? = nil) -> SIPRequest {
        localSequence += 1
        return request(method, sequence: localSequence, contact: contact)
    }

    /// Gives a request that was challenged the next CSeq number. RFC 3261 §22.2.
    mutating func renumber(_ request: inout SIPRequest) {
        localSequence += 1
        request.cseq = CSeqField(localSequence, request.method)
    }

    /// The ACK of a 2xx: the INVITE's CSeq number and its credentials. RFC 3261 §13.2.2.4, §22.1.
    package func makeAck(sequence: UInt32, invite: HeaderFields) -> SIPRequest {
        var ack = request(.ack, sequence: sequence, contact: nil)
        ack.fields.append(.authorization, from: invite)
        ack.fields.append(.proxyAuthorization, from: invite)
        return ack
    }

    /// Where requests go next: the topmost route, else the remote target. Nil for a target that is no SIP URI.
    package var nextURI: SIPURI? { routeSet.first.map(\.sip) ?? remoteTarget.sip }

    private func request(_ method: SIPMethod, sequence: UInt32, contact: NameAddress?) -> SIPRequest {
        let (target, routes) = addressing
        var request = SIPRequest(method: method, uri: target)
        for route in routes { request.fields.append(.route, route.description) }
        request.maxForwards = 70
        request.from = local
        request.to = remote
        request.callID = callID
        request.cseq = CSeqField(sequence, method)
        if let contact { request.fields.append(.contact, contact.description) }
        return request
    }

    /// Request-URI and Route: loose routing, or RFC 2543's strict routing where the first route lacks `lr`.
    private var addressing: (RequestURI, [NameAddress]) {
        guard let first = routeSet.first, let router = first.sip, !router.isLooseRouter else {
            return (remoteTarget, routeSet)
        }
        return (.sip(router.asRequestURI), routeSet.dropFirst() + [NameAddress(uri: remoteTarget)])
    }
}

extension SIPURI {
    /// Without what may not stand in a Request-URI. RFC 3261 §19.1.1, table 1.
    fileprivate var asRequestURI: SIPURI {
        var uri = self
        uri.headers = []
        uri.setParameter("method", nil)
        return uri
    }
}
