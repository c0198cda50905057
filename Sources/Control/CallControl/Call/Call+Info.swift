import SIPDialog
import SIPMessage
import SIPTransaction

/// Requests inside a dialog that are neither INVITE nor BYE.
extension Call {
    func requested(_ leg: Leg, _ request: SIPRequest, _ id: ServerTransactionID) {
        leg.provedAlive = engine.now
        let unknown = engine.unknownOptions(of: request)
        guard unknown.isEmpty else { return engine.respond(id, engine.badExtension(request, unknown)) }
        switch request.method {
        case .info: pass(request, id, from: leg)
        case .options: engine.respond(id, engine.optionsAnswer(to: request))
        case .other: engine.respond(id, engine.makeResponse(to: request, status: 501))
        case .invite, .ack, .bye, .cancel, .register, .prack, .update, .message, .refer, .subscribe, .notify,
            .publish:
            engine.respond(id, engine.makeResponse(to: request, status: 405))
        }
    }

    /// INFO goes on to the other side and is answered as that answers; an application takes it and does nothing.
    private func pass(_ request: SIPRequest, _ id: ServerTransactionID, from leg: Leg) {
        guard let other = other(than: leg), other.state == .answered else {
            let status = isTalking ? 200 : 480
            return engine.respond(id, engine.makeResponse(to: request, status: status))
        }
        let names: [HeaderName] = ["Info-Package", .contentDisposition]
        let lines = names.flatMap { name in request.fields.all(name).map { (name: name, value: $0) } }
        other.relayed.append(RelayedRequest(request: request, id: id))
        drive(
            other,
            .request(
                method: .info, headers: lines, body: request.body, contentType: request.fields.first(.contentType)))
    }

    /// The peer's answer to a request of ours in the dialog: a proof of life, and for INFO somebody's answer.
    func requestAnswered(_ leg: Leg, _ method: SIPMethod, _ response: SIPResponse) {
        // 408 and 481 say that the dialog is not there: no proof of life.
        if response.status != 408, response.status != 481 { leg.provedAlive = engine.now }
        guard method == .info, !leg.relayed.isEmpty else { return }
        let waiting = leg.relayed.removeFirst()
        engine.respond(waiting.id, engine.makeResponse(to: waiting.request, status: response.status))
    }

    /// The peer is gone: what waited for its answers gets none.
    func dropRelayed(_ leg: Leg) {
        let waiting = leg.relayed
        leg.relayed = []
        for item in waiting { engine.respond(item.id, engine.makeResponse(to: item.request, status: 408)) }
    }
}
