import SIPMessage
import SIPTransaction

extension CallEngine {
    /// OPTIONS outside of a dialog: answered for everyone, as a proof of life. RFC 3261 §11.2.
    func options(_ request: SIPRequest, from hop: Hop) {
        guard request.uri.sip != nil else { return refuse(request, from: hop, status: 416) }
        let unknown = unknownOptions(of: request, known: ["path"])
        guard unknown.isEmpty else { return answer(badExtension(request, unknown), to: request, from: hop) }
        answer(optionsAnswer(to: request), to: request, from: hop)
    }

    /// 200 with what we can do.
    func optionsAnswer(to request: SIPRequest) -> SIPResponse {
        var response = makeResponse(to: request, status: phase == .running ? 200 : 503)
        response.fields.set(.allow, Self.allow)
        response.fields.set(.accept, "application/sdp")
        response.fields.set(.acceptEncoding, "identity")
        response.fields.set(.acceptLanguage, "en")
        response.fields.set(.supported, "path")
        return response
    }
}
