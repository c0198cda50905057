package import SIPMessage
import SIPTransaction

// Responses that we make. RFC 3261 §8.2.6, §12.1.1.
extension InviteSession {
    /// A response to an INVITE of the peer's, with what creates or refreshes a dialog where the status does.
    func makeResponse(
        to invite: SIPRequest, _ status: Int, _ reason: String? = nil, body: [UInt8]? = nil,
        headers: HeaderLines = []
    ) -> SIPResponse {
        var response = SIPResponse(to: invite, status: status, reason: reason, toTag: localTag)
        if (101...299).contains(status) {
            response.copyRecordRoute(from: invite)
            response.fields.append(.contact, contact.description)
        }
        for line in headers { response.fields.append(line.name, line.value) }
        if let body {
            response.fields.append(.contentType, contentType)
            response.body = body
        }
        return response
    }

    func answer(_ request: SIPRequest, _ id: ServerTransactionID, _ status: Int, _ effects: inout [Effect]) {
        effects.append(.respond(id, SIPResponse(to: request, status: status, toTag: localTag)))
    }

    /// A CSeq number lower than one seen before. RFC 3261 §12.2.2.
    func answerOutOfOrder(_ request: SIPRequest, _ id: ServerTransactionID, _ effects: inout [Effect]) {
        effects.append(
            .respond(id, SIPResponse(to: request, status: 500, reason: "CSeq Out of Order", toTag: localTag)))
    }

    /// A second INVITE before the first is done: come again in 0-10 s. RFC 3261 §14.2.
    mutating func answerBusy(_ request: SIPRequest, _ id: ServerTransactionID, _ effects: inout [Effect]) {
        var response = SIPResponse(to: request, status: 500, toTag: localTag)
        response.retryAfter = UInt32(chance.next() % 11)
        effects.append(.respond(id, response))
    }
}

/// Extensions that a request demands. RFC 3261 §8.2.2.3.
package enum RequireCheck {
    /// 420 with the options that we do not know; nil if there is none. CANCEL and ACK are never refused for them.
    package static func refusal(of request: SIPRequest, supported: Set<String>, toTag: String) -> SIPResponse? {
        guard request.method != .cancel, request.method != .ack else { return nil }
        let unknown = request.require.filter { !supported.contains($0.lowercased()) }
        guard !unknown.isEmpty else { return nil }
        var response = SIPResponse(to: request, status: 420, toTag: toTag)
        for option in unknown { response.fields.append(.unsupported, option) }
        return response
    }
}
