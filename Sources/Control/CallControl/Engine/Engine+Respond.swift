import SIPMessage
import SIPTransaction
import SwitchConfig

/// Answers that keep no state. RFC 3261 §8.2.7.
extension CallEngine {
    /// Methods that we know, in every 405, 501 and OPTIONS answer.
    static let allow = "INVITE, ACK, CANCEL, BYE, OPTIONS, REGISTER, INFO"

    /// A response with what each status must carry.
    func makeResponse(to request: SIPRequest, status: Int, reason: String? = nil) -> SIPResponse {
        var response = SIPResponse(to: request, status: status, reason: reason, toTag: statelessTag(of: request))
        response.fields.set(.server, configuration.sip.userAgent)
        switch status {
        case 405, 501: response.fields.set(.allow, Self.allow)
        case 415:
            response.fields.set(.accept, "application/sdp")
            response.fields.set(.acceptEncoding, "identity")
        case 503: response.retryAfter = Self.retryAfter
        default: break
        }
        return response
    }

    /// Seconds after which a refused client may come again.
    static let retryAfter: UInt32 = 5

    func refuse(_ request: SIPRequest, from hop: Hop, status: Int, reason: String? = nil) {
        answer(makeResponse(to: request, status: status, reason: reason), to: request, from: hop)
    }

    /// Sends a response for which no transaction is kept.
    func answer(_ response: SIPResponse, to request: SIPRequest, from hop: Hop) {
        var stamped = response
        TransactionLayer.stamp(&stamped, source: hop.remote)
        withLayer { layer, effects in
            layer.respondStateless(stamped, to: request, from: hop, into: &effects)
        }
    }

    /// The same for every copy of one request, so that all answers are one. RFC 3261 §8.2.7.
    func statelessTag(of request: SIPRequest) -> String {
        var word: UInt64 = 0xCBF2_9CE4_8422_2325
        for text in [request.callID, request.from?.tag, request.cseq?.description] {
            for octet in (text ?? "").utf8 { word = (word ^ UInt64(octet)) &* 0x0000_0100_0000_01B3 }
            word = (word ^ 0xFF) &* 0x0000_0100_0000_01B3
        }
        return TokenSource.text(TokenSource.sipHash(of: word, key: responseKey))
    }

    /// Option tags of Require and Proxy-Require that we do not have; empty if there are none.
    func unknownOptions(of request: SIPRequest, known: Set<String> = []) -> [String] {
        (request.require + request.proxyRequire).filter { !known.contains($0.lowercased()) }
    }

    /// 420 with the tags named. RFC 3261 §8.2.2.3.
    func badExtension(_ request: SIPRequest, _ tags: [String]) -> SIPResponse {
        var response = makeResponse(to: request, status: 420)
        response.fields.set(.unsupported, tags.joined(separator: ", "))
        return response
    }

    /// No room: before any state is made.
    func refuseForLoad(_ request: SIPRequest, from hop: Hop) {
        counts.refusedForLoad += 1
        guard request.method != .ack else { return }
        refuse(request, from: hop, status: 503)
    }
}
