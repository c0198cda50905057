import SIPMessage

/// Whatever comes, the parser answers; what it takes can be written and is taken again, with the same octets.
package func fuzzSIPMessage(_ bytes: UnsafeRawBufferPointer) {
    guard let message = try? MessageParser.parse(datagram: [UInt8](bytes)) else { return }
    touchViews(of: message)
    let written = message.serialized()
    guard written.count <= MessageParser.sizeLimit else { return }
    guard let again = try? MessageParser.parse(datagram: written) else {
        fatalError("what was written is not taken")
    }
    precondition(again.serialized() == written, "written twice, different octets")
}

/// Parses every typed view.
private func touchViews(of message: ParsedMessage) {
    switch message {
    case .request(let request):
        touch(request)
        let answer = SIPResponse(to: request, status: 200, toTag: "x")
        precondition(answer.serialized().count > 0)
        if case .sip(let uri) = request.uri { precondition(uri.isEquivalent(to: uri)) }
    case .response(let response):
        touch(response)
    }
}

private func touch(_ message: some SIPMessageFields) {
    _ = message.vias
    _ = message.contacts.map { ($0.quality, $0.expires, $0.description) }
    _ = message.routes
    _ = message.recordRoutes
    _ = message.reasons
    _ = message.warnings
    _ = (message.expires, message.maxForwards, message.retryAfter, message.contentType, message.allow)
    for name in message.fields.names { _ = message.fields.values(name) }
}
